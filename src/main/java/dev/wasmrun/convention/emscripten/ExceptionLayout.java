package dev.wasmrun.convention.emscripten;

import dev.wasmrun.memory.LinearMemory;

/**
 * What lies before a C++ exception in memory, whose address is that of the exception itself, behind
 * it. Releases up to 3.1 leave it to the host; later ones count references by themselves.
 *
 * <pre>
 *  -24 references: i32  -20 type: i32  -16 destructor: i32  -12 caught: i8  -8 adjusted: i32  0 exception
 *
 *  references   how many catch blocks in progress, and std::exception_ptr, hold it
 *  type         the address of its std::type_info
 *  destructor   index of a function in the table, or 0
 *  caught       whether a catch block has begun since it was last thrown
 *  adjusted     the address of the part of it that a catch block wants, such as a base class; or 0
 * </pre>
 */
final class ExceptionLayout {
  static final int SIZE = 24;

  private static final int REFERENCES = -24;
  private static final int TYPE = -20;
  private static final int DESTRUCTOR = -16;
  private static final int CAUGHT = -12;
  private static final int ADJUSTED = -8;

  private ExceptionLayout() {}

  static void initialise(LinearMemory memory, int exception, int type, int destructor) {
    memory.setInt(exception + ADJUSTED, 0);
    memory.setInt(exception + TYPE, type);
    memory.setInt(exception + DESTRUCTOR, destructor);
  }

  static int type(LinearMemory memory, int exception) {
    return memory.getInt(exception + TYPE);
  }

  static int destructor(LinearMemory memory, int exception) {
    return memory.getInt(exception + DESTRUCTOR);
  }

  static boolean isCaught(LinearMemory memory, int exception) {
    return memory.getByte(exception + CAUGHT) != 0;
  }

  static void setCaught(LinearMemory memory, int exception, boolean caught) {
    memory.setByte(exception + CAUGHT, (byte) (caught ? 1 : 0));
  }

  /** The address of the word with the adjusted address. */
  static int adjustedAt(int exception) {
    return exception + ADJUSTED;
  }

  /** Counts a reference more or less; how many there were before. */
  static int addReferences(LinearMemory memory, int exception, int more) {
    return memory.getAndAddInt(exception + REFERENCES, more);
  }
}
