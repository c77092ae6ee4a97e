package dev.wasmrun.fuzz;

import java.util.List;
import java.util.Optional;

/** Accesses to memory, of one function. */
final class Accesses {
  private static final int AND = 0x71;
  private static final int EXTEND_S = 0xAC;
  private static final int EXTEND_U = 0xAD;
  private static final int WRAP = 0xA7;
  private static final int MEMORY_SIZE = 0x3F;
  private static final int MEMORY_GROW = 0x40;
  private static final int ATOMIC = 0xFE;
  private static final int NOTIFY = 0x00;
  private static final int WAIT_32 = 0x01;
  private static final int PREFIX = 0xFC;
  private static final int INIT = 0x08;
  private static final int DROP = 0x09;
  private static final int COPY = 0x0A;
  private static final int FILL = 0x0B;

  /** How many bytes of a memory are accessed, as a rule. */
  private static final int WITHIN = 0xFFF;

  private final RandomFunction function;
  private final Choices choices;
  private final ModuleShape shape;

  Accesses(RandomFunction function) {
    this.function = function;
    this.choices = function.choices;
    this.shape = function.shape;
  }

  Optional<Code> load(Type type, int depth) {
    return type.isReference()
        ? Optional.empty()
        : Optional.of(access(MemoryAccess.of(MemoryAccess.LOADS, type), type, 0, depth));
  }

  Optional<Code> atomic(Type type, int depth) {
    if (type.isReference()
        || type.isFloat()
        || type == Type.V128
        || !shape.allows(Proposal.THREADS)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (choices.below(8)) {
          case 0 -> access(MemoryAccess.of(MemoryAccess.ATOMIC_LOADS, type), type, 0, depth);
          case 1, 2 ->
              access(MemoryAccess.of(MemoryAccess.COMPARE_EXCHANGES, type), type, 2, depth);
          case 3 -> type == Type.I32 ? waitOrNotify(depth) : load(type, depth).orElseThrow();
          default -> access(MemoryAccess.of(MemoryAccess.UPDATES, type), type, 1, depth);
        });
  }

  /** A wait that is over at once. */
  private Code waitOrNotify(int depth) {
    Code.Builder code = Code.leaving(Type.I32);
    boolean waits = choices.oneIn(3);
    var access = new MemoryAccess(List.of(ATOMIC, waits ? WAIT_32 : NOTIFY), Type.I32, 4);
    address(code, access, depth);
    code.add(function.value(Type.I32, depth));
    if (waits) {
      code.constant(Type.I64, 0);
    }
    access.appendTo(code, memory(), 0, choices);
    return code.build();
  }

  Code store(int depth) {
    if (shape.allows(Proposal.SIMD) && choices.oneIn(3)) {
      return choices.oneIn(2)
          ? access(List.of(MemoryAccess.VECTOR_STORE), null, 1, depth)
          : lane(true, depth);
    }
    boolean atomic = shape.allows(Proposal.THREADS) && choices.oneIn(4);
    MemoryAccess store = choices.of(atomic ? MemoryAccess.ATOMIC_STORES : MemoryAccess.STORES);
    return access(List.of(store), null, 1, depth);
  }

  /** Loads or stores one lane of a vector. */
  Code lane(boolean store, int depth) {
    int width = choices.below(4);
    MemoryAccess access = MemoryAccess.lane(store, width);
    Code.Builder code = store ? Code.leaving() : Code.leaving(Type.V128);
    address(code, access, depth);
    code.add(function.value(Type.V128, depth));
    access.appendTo(code, memory(), choices.below(20), choices);
    return code.number(choices.below(16 >> width)).build();
  }

  /**
   * An access.
   *
   * @param leaves nothing if null
   */
  private Code access(List<MemoryAccess> all, Type leaves, int operands, int depth) {
    MemoryAccess access = choices.of(all);
    Code.Builder code = Code.leaving(leaves == null ? List.of() : List.of(leaves));
    address(code, access, depth);
    for (int i = 0; i < operands; i++) {
      code.add(function.canonical(function.value(access.type(), depth)));
    }
    int offset = choices.oneIn(3) ? access.bytes() * choices.below(100) : 0;
    access.appendTo(code, memory(), offset, choices);
    return code.build();
  }

  private int memory() {
    return choices.below(shape.memories().size());
  }

  private void address(Code.Builder code, MemoryAccess access, int depth) {
    code.add(function.value(Type.I32, depth));
    if (!choices.oneIn(40)) {
      code.i32(access.isAtomic() ? WITHIN & -access.bytes() : WITHIN).op(AND);
    }
    extend(code);
  }

  /**
   * Makes an address or a length of a number, which is as wide as it only if it is not negative.
   */
  private void extend(Code.Builder code) {
    if (shape.hasWideMemories()) {
      code.op(choices.oneIn(2) ? EXTEND_S : EXTEND_U);
    }
  }

  /** Asks how large a memory is, or grows it. */
  Code size() {
    Code.Builder code = Code.leaving(Type.I32);
    if (choices.oneIn(2)) {
      code.op(MEMORY_SIZE);
    } else {
      code.i32(choices.oneIn(20) ? -1 : choices.below(3));
      extend(code);
      code.op(MEMORY_GROW);
    }
    code.number(memory());
    return (shape.hasWideMemories() ? code.op(WRAP) : code).build();
  }

  /** Fills, copies or initialises. */
  Code bulk(int depth) {
    Code.Builder code = Code.leaving();
    int segment = choices.below(shape.data().size());
    if (choices.oneIn(12)) {
      return code.op(PREFIX, DROP).number(segment).build();
    }
    int kind = choices.of(INIT, COPY, COPY, FILL);
    masked(code, WITHIN, depth);
    extend(code);
    masked(code, kind == INIT ? 0x1F : WITHIN, depth);
    if (kind == COPY) {
      extend(code);
    }
    masked(code, kind == INIT ? 0x03 : 0x3F, depth);
    if (kind != INIT) {
      extend(code);
    }
    code.op(PREFIX, kind);
    return switch (kind) {
      case INIT -> code.number(segment).number(memory()).build();
      case COPY -> code.number(memory()).number(memory()).build();
      default -> code.number(memory()).build();
    };
  }

  private void masked(Code.Builder code, int mask, int depth) {
    code.add(function.value(Type.I32, depth));
    if (!choices.oneIn(40)) {
      code.i32(mask).op(AND);
    }
  }
}
