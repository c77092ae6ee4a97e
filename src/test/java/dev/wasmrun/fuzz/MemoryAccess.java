package dev.wasmrun.fuzz;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An instruction that accesses memory at an address on the stack.
 *
 * @param opcode its bytes
 * @param type what it takes besides the address, or leaves
 * @param bytes how many it accesses, a power of 2 up to 16
 */
record MemoryAccess(List<Integer> opcode, Type type, int bytes) {
  static final List<MemoryAccess> LOADS =
      Stream.concat(
              Stream.of(
                  plain(0x28, Type.I32, 4),
                  plain(0x29, Type.I64, 8),
                  plain(0x2A, Type.F32, 4),
                  plain(0x2B, Type.F64, 8)),
              Stream.concat(
                  narrowLoads(0x2C, Type.I32, 1, 1, 2, 2),
                  Stream.concat(
                      narrowLoads(0x30, Type.I64, 1, 1, 2, 2, 4, 4),
                      vectorLoads(16, 8, 8, 8, 8, 8, 8, 1, 2, 4, 8))))
          .toList();

  static final List<MemoryAccess> STORES =
      List.of(
          plain(0x36, Type.I32, 4),
          plain(0x37, Type.I64, 8),
          plain(0x38, Type.F32, 4),
          plain(0x39, Type.F64, 8),
          plain(0x3A, Type.I32, 1),
          plain(0x3B, Type.I32, 2),
          plain(0x3C, Type.I64, 1),
          plain(0x3D, Type.I64, 2),
          plain(0x3E, Type.I64, 4));

  static final MemoryAccess VECTOR_STORE = vector(0x0B, 16);

  static final List<MemoryAccess> ATOMIC_LOADS = atomics(0x10);
  static final List<MemoryAccess> ATOMIC_STORES = atomics(0x17);

  /** Add, sub, and, or, xor and exchange: take an operand, leave what was there before. */
  static final List<MemoryAccess> UPDATES =
      IntStream.range(0, 6).boxed().flatMap(i -> atomics(0x1E + 7 * i).stream()).toList();

  static final List<MemoryAccess> COMPARE_EXCHANGES = atomics(0x48);

  private static MemoryAccess plain(int opcode, Type type, int bytes) {
    return new MemoryAccess(List.of(opcode), type, bytes);
  }

  private static Stream<MemoryAccess> narrowLoads(int first, Type type, int... widths) {
    return IntStream.range(0, widths.length).mapToObj(i -> plain(first + i, type, widths[i]));
  }

  private static Stream<MemoryAccess> vectorLoads(int... widths) {
    return Stream.concat(
        IntStream.range(0, widths.length).mapToObj(i -> vector(i, widths[i])),
        Stream.of(vector(0x5C, 4), vector(0x5D, 8)));
  }

  private static MemoryAccess vector(int opcode, int bytes) {
    return new MemoryAccess(List.of(0xFD, opcode), Type.V128, bytes);
  }

  /**
   * A load of a lane, or a store.
   *
   * @param width which width of lanes it is for, from 0 for 8 bits to 3 for 64
   */
  static MemoryAccess lane(boolean store, int width) {
    return vector((store ? 0x58 : 0x54) + width, 1 << width);
  }

  private static List<MemoryAccess> atomics(int first) {
    int[] widths = {4, 8, 1, 2, 1, 2, 4};
    return IntStream.range(0, widths.length)
        .mapToObj(
            i ->
                new MemoryAccess(
                    List.of(0xFE, first + i),
                    i == 0 || i == 2 || i == 3 ? Type.I32 : Type.I64,
                    widths[i]))
        .toList();
  }

  /** The instructions of these that are of a type. */
  static List<MemoryAccess> of(List<MemoryAccess> all, Type type) {
    return all.stream().filter(access -> access.type() == type).toList();
  }

  boolean isAtomic() {
    return opcode.get(0) == 0xFE;
  }

  /** The instruction, of one memory of several. */
  void appendTo(Code.Builder code, int memory, int offset, Choices choices) {
    opcode.forEach(b -> code.op(b));
    int natural = Integer.numberOfTrailingZeros(bytes);
    int alignment = isAtomic() ? natural : choices.below(natural + 1);
    if (memory == 0) {
      code.number(alignment);
    } else {
      code.number(alignment | 0x40).number(memory);
    }
    code.number(offset);
  }
}
