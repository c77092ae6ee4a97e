package dev.wasmrun.fuzz;

import java.util.List;

/** Integer expressions over a function's locals and its memory, as loops contain them. */
final class LoopExpressions {
  private static final int SELECT = 0x1B;
  private static final int CALL = 0x10;
  private static final int WRAP = 0xA7;
  private static final int EXTEND_S = 0xAC;
  private static final int EXTEND_U = 0xAD;
  private static final int I32_ADD = 0x6A;
  private static final int I32_SHL = 0x74;
  private static final int I32_AND = 0x71;

  /** Add, sub, mul, and, or, xor, shl, shr_s, shr_u, rotl, rotr. */
  private static final List<Integer> I32_BINARY =
      List.of(0x6A, 0x6B, 0x6C, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78);

  private static final int TO_I64 = 0x12;

  /** Div_u and rem_u, by constants. */
  private static final List<Integer> I32_DIVISIONS = List.of(0x6E, 0x70);

  /** How many bytes of the memory are accessed: the first of its page. */
  private static final int WITHIN = 0xFFF;

  private final Choices choices;
  private final Locals locals;
  private final boolean atomics;
  private final List<Integer> leaves;

  /** Whether there are addresses that nothing keeps within the memory. */
  private final boolean linear;

  /**
   * Expressions of one function.
   *
   * @param leaves functions of two i32s for an i32
   */
  LoopExpressions(Choices choices, Locals locals, boolean atomics, List<Integer> leaves) {
    this.choices = choices;
    this.locals = locals;
    this.atomics = atomics;
    this.leaves = leaves;
    this.linear = choices.oneIn(3);
  }

  /** Any expression of a type. */
  Code of(Type type, int depth) {
    if (depth == 0 || choices.oneIn(5)) {
      return leaf(type);
    }
    Code.Builder code = Code.leaving(type);
    switch (choices.below(16)) {
      case 0, 1, 2, 3, 4 ->
          code.add(of(type, depth - 1))
              .add(of(type, depth - 1))
              .op(binary(choices.of(I32_BINARY), type));
      case 5 ->
          code.add(of(type, depth - 1))
              .constant(type, choices.of(1, 2, 3, 7, 10, 12, 100, 641, -3, 1 << 20))
              .op(binary(choices.of(I32_DIVISIONS), type));
      case 6, 7, 8, 9 -> load(code, type, depth);
      case 10 -> update(code, type, depth);
      case 11 -> {
        Type compared = choices.of(List.of(Type.I32, Type.I64));
        code.add(of(compared, depth - 1))
            .add(of(compared, depth - 1))
            .op(choices.of(List.of(Comparison.values())).opcode(compared));
        if (type == Type.I64) {
          code.op(EXTEND_U);
        }
      }
      case 12 ->
          code.add(of(type, depth - 1))
              .add(of(type, depth - 1))
              .add(of(Type.I32, depth - 1))
              .op(SELECT);
      case 13 -> convert(code, type, depth);
      case 14 -> call(code, type, depth);
      default ->
          code.add(of(Type.I32, depth - 1))
              .ifTrue(Label.ofBlock(type), GeneratedType.of(List.of(), type))
              .add(of(type, depth - 1))
              .otherwise()
              .add(of(type, depth - 1))
              .end();
    }
    return code.build();
  }

  private static int binary(int opcode, Type type) {
    return type == Type.I32 ? opcode : opcode + TO_I64;
  }

  private Code leaf(Type type) {
    Code.Builder code = Code.leaving(type);
    return choices.oneIn(4)
        ? code.constant(type, choices.any(type)).build()
        : code.get(choices.of(locals.of(type))).build();
  }

  private void convert(Code.Builder code, Type type, int depth) {
    if (type == Type.I32) {
      code.add(of(Type.I64, depth - 1)).op(WRAP);
    } else {
      code.add(of(Type.I32, depth - 1)).op(choices.of(EXTEND_S, EXTEND_U));
    }
  }

  private void call(Code.Builder code, Type type, int depth) {
    if (leaves.isEmpty()) {
      convert(code, type, depth);
      return;
    }
    code.add(of(Type.I32, depth - 1)).add(of(Type.I32, depth - 1));
    code.op(CALL).number(choices.of(leaves));
    if (type == Type.I64) {
      code.op(EXTEND_S);
    }
  }

  private void load(Code.Builder code, Type type, int depth) {
    List<MemoryAccess> loads =
        atomics && choices.oneIn(4) ? MemoryAccess.ATOMIC_LOADS : MemoryAccess.LOADS;
    MemoryAccess load = choices.of(MemoryAccess.of(loads, type));
    address(code, load, depth);
    load.appendTo(code, 0, offset(load), choices);
  }

  private void update(Code.Builder code, Type type, int depth) {
    if (!atomics) {
      load(code, type, depth);
      return;
    }
    boolean exchange = choices.oneIn(3);
    MemoryAccess update =
        choices.of(
            MemoryAccess.of(
                exchange ? MemoryAccess.COMPARE_EXCHANGES : MemoryAccess.UPDATES, type));
    address(code, update, depth);
    code.add(of(type, depth - 1));
    if (exchange) {
      code.add(of(type, depth - 1));
    }
    update.appendTo(code, 0, offset(update), choices);
  }

  /** A statement that stores. */
  Code store(int depth) {
    List<MemoryAccess> stores =
        atomics && choices.oneIn(4) ? MemoryAccess.ATOMIC_STORES : MemoryAccess.STORES;
    MemoryAccess store =
        choices.of(stores.stream().filter(access -> !access.type().isFloat()).toList());
    Code.Builder code = Code.leaving();
    address(code, store, depth);
    code.add(of(store.type(), depth));
    store.appendTo(code, 0, offset(store), choices);
    return code.build();
  }

  private int offset(MemoryAccess access) {
    return choices.oneIn(3) ? access.bytes() * choices.below(100) : 0;
  }

  /** Where an element of an array lies, or anywhere; once in a while outside of the memory. */
  private void address(Code.Builder code, MemoryAccess access, int depth) {
    int shift = Integer.numberOfTrailingZeros(access.bytes());
    if (linear && choices.oneIn(3)) {
      linearAddress(code, shift);
      return;
    }
    if (choices.oneIn(3)) {
      code.get(choices.of(locals.of(Type.I32)));
    } else {
      code.add(of(Type.I32, depth - 1));
    }
    if (choices.oneIn(3) && shift > 0) {
      code.i32(WITHIN >> shift).op(I32_AND).i32(shift).op(I32_SHL);
    } else if (!choices.oneIn(60)) {
      code.i32(access.isAtomic() ? WITHIN & -access.bytes() : WITHIN).op(I32_AND);
    }
  }

  /** A sum of locals and constants, as arrays are walked through. */
  private void linearAddress(Code.Builder code, int shift) {
    code.get(choices.of(locals.of(Type.I32)));
    if (choices.oneIn(2)) {
      code.i32(choices.of(shift, 1, 3)).op(I32_SHL);
    }
    if (choices.oneIn(2)) {
      code.i32(choices.of(1, 8, 100, WITHIN, 0xF000, -1, -8, -100)).op(I32_ADD);
    }
    if (choices.oneIn(4)) {
      code.get(choices.of(locals.of(Type.I32))).op(I32_ADD);
    }
  }
}
