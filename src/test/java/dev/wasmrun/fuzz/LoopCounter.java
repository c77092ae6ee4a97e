package dev.wasmrun.fuzz;

import java.util.OptionalInt;

/**
 * What a loop counts with: a local variable to which every iteration adds a step, and that is
 * compared with a limit to find out whether there is another one.
 *
 * @param type I32 or I64
 * @param variable the local
 * @param step what an iteration adds
 * @param goesOn how the variable compares with the limit as long as there are iterations
 * @param limit what pushes the limit
 */
record LoopCounter(Type type, int variable, long step, Comparison goesOn, Code limit) {
  private static final int EQZ = 0x45;
  private static final int I32_ADD = 0x6A;
  private static final int I32_SUB = 0x6B;
  private static final int I64_ADD = 0x7C;
  private static final int I64_SUB = 0x7D;

  /**
   * How many iterations there are from a start to a limit, whether they are asked for first or
   * last, at most; unless there are more than so many.
   */
  static OptionalInt iterations(
      Type type, long start, long limit, long step, Comparison goesOn, int most) {
    long at = start;
    for (int i = 0; i <= most; i++) {
      // Asked for last there is one anyway, after which it may go on even if it would not have
      // begun.
      if (!goesOn.holds(at, limit) && i > 0) {
        return OptionalInt.of(i);
      }
      at = type == Type.I32 ? (int) (at + step) : at + step;
    }
    return OptionalInt.empty();
  }

  /** Adds the step, without storing the sum. */
  private Code.Builder sum(Choices choices) {
    Code.Builder sum = Code.leaving(type);
    boolean wide = type == Type.I64;
    return switch (choices.below(8)) {
      case 0 -> sum.constant(type, step).get(variable).op(wide ? I64_ADD : I32_ADD);
      case 1 -> sum.get(variable).constant(type, -step).op(wide ? I64_SUB : I32_SUB);
      default -> sum.get(variable).constant(type, step).op(wide ? I64_ADD : I32_ADD);
    };
  }

  /** Adds the step. */
  void add(Code.Builder to, Choices choices) {
    sum(choices).set(variable).appendTo(to);
  }

  /** Adds the step, and compares the sum. */
  void addAndCompare(Code.Builder to, boolean toGoOn, Choices choices) {
    compare(to, sum(choices).tee(variable), toGoOn, choices);
  }

  /**
   * Compares.
   *
   * @param toGoOn whether an i32 other than 0 means another iteration, or that there is none
   */
  void compare(Code.Builder to, boolean toGoOn, Choices choices) {
    compare(to, Code.leaving(type).get(variable), toGoOn, choices);
  }

  private void compare(Code.Builder to, Code.Builder left, boolean toGoOn, Choices choices) {
    boolean negated = choices.oneIn(5);
    Comparison comparison = toGoOn == negated ? goesOn.opposite() : goesOn;
    if (choices.oneIn(3)) {
      limit.appendTo(to);
      left.appendTo(to);
      to.op(comparison.exchanged().opcode(type));
    } else {
      left.appendTo(to);
      limit.appendTo(to);
      to.op(comparison.opcode(type));
    }
    if (negated) {
      to.op(EQZ);
    }
  }
}
