package dev.wasmrun.fuzz;

/**
 * What loops without another end use up: a number in the first global, in a variable of the
 * function, or in a variable that a loop fills whenever it begins.
 *
 * @param variable negative for the global
 * @param amount how many iterations it is enough for
 */
record Fuel(int variable, int amount) {
  private static final int I32_SUB = 0x6B;
  private static final int I32_LT_S = 0x48;

  static Fuel inGlobal(int amount) {
    return new Fuel(-1, amount);
  }

  Code.Builder fill(Code.Builder code) {
    return code.i32(amount).set(variable);
  }

  /** Uses one, and pushes whether there was none. */
  Code.Builder use(Code.Builder code) {
    if (variable < 0) {
      code.getGlobal(0).i32(1).op(I32_SUB).setGlobal(0).getGlobal(0);
    } else {
      code.get(variable).i32(1).op(I32_SUB).tee(variable);
    }
    return code.i32(0).op(I32_LT_S);
  }
}
