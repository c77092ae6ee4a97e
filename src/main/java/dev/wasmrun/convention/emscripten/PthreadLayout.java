package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.HostFault;
import dev.wasmrun.memory.LinearMemory;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Where the C library keeps what a host must know of a thread: offsets in musl's {@code struct
 * pthread}, the block that a {@code pthread_t} points to.
 *
 * <pre>
 *   block
 *   ├─ self: i32 ─┼─ … ─┼─ id: i32 ─┼─ … ─┼─ stack: i32 ─┼─ stack_size: i32 ─┼─ … ─┤
 *   0                   16 … 24           44 … 56
 *
 *   id          the thread's number, which mutexes keep of their holder
 *   self        the block's own address while the thread lives, 0 afterwards
 *   stack       the high end of the thread's stack, from which it grows down
 *   stack_size  in bytes
 * </pre>
 *
 * <p>The offset of {@code stack} is 44 in Emscripten 3.1.6 and has moved several times since. The
 * main thread's block tells it: there the field has a value known from elsewhere. So it is with
 * {@code id}, which is the number of the process in the main thread, 42.
 *
 * @param stack the offset of the field {@code stack}
 */
record PthreadLayout(int stack) {
  private static final int SELF = 0;
  private static final int FIRST_PLACE_OF_ID = 8;
  private static final int LAST_PLACE_OF_ID = 32;
  private static final int MAIN_ID = 42;
  private static final int FIRST_PLACE_OF_STACK = 40;
  private static final int LAST_PLACE_OF_STACK = 64;

  /**
   * Finds the layout in the main thread's block.
   *
   * @param stackTop the high end of the main thread's stack
   * @throws HostFault if the block does not contain it
   */
  static PthreadLayout find(LinearMemory memory, int mainBlock, int stackTop) {
    for (int offset = FIRST_PLACE_OF_STACK; offset <= LAST_PLACE_OF_STACK; offset += 4) {
      int size = memory.getInt(mainBlock + offset + Integer.BYTES);
      if (memory.getInt(mainBlock + offset) == stackTop
          && size != 0
          && Integer.compareUnsigned(size, stackTop) <= 0) {
        return new PthreadLayout(offset);
      }
    }
    throw new HostFault(
        "cannot start a thread: the main thread's block at 0x%x does not tell where its stack is (0x%x); this Emscripten is too new or too old"
            .formatted(mainBlock, stackTop));
  }

  /** The high end of a thread's stack. */
  int stackTop(LinearMemory memory, int block) {
    return memory.getInt(block + stack);
  }

  /** The size of a thread's stack in bytes, unsigned. */
  int stackSize(LinearMemory memory, int block) {
    return memory.getInt(block + stack + Integer.BYTES);
  }

  /**
   * Where in a block the number of its thread is; empty if the main thread's block does not tell.
   */
  static OptionalInt findId(LinearMemory memory, int mainBlock) {
    return IntStream.iterate(FIRST_PLACE_OF_ID, at -> at <= LAST_PLACE_OF_ID, at -> at + 4)
        .filter(at -> memory.getInt(mainBlock + at) == MAIN_ID)
        .findFirst();
  }

  /** Says that the thread of this block is no more; joining it then answers ESRCH. */
  static void markDead(LinearMemory memory, int block) {
    memory.setIntRelease(block + SELF, 0);
  }
}
