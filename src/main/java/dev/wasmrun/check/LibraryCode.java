package dev.wasmrun.check;

import dev.wasmrun.module.GuestModule;

/**
 * Which of a module's instructions are in functions of its C library, or in functions without a
 * name, which may be.
 *
 * <p>Thread-safe: what one thread has found out another may find out again.
 */
final class LibraryCode {
  private static final String UNNAMED = "func[";

  private static final byte PROGRAM = 1;
  private static final byte LIBRARY = 2;
  private static final byte JOIN = 3;

  /** By offset: 0 while not known, else one of the kinds above. Plain accesses. */
  private final byte[] kinds;

  private final GuestModule module;

  LibraryCode(GuestModule module) {
    this.module = module;
    this.kinds = new byte[module.endOfCode() + 1];
  }

  /** Whether an instruction is the library's. */
  boolean contains(int offset) {
    return kind(offset) != PROGRAM;
  }

  /** Whether an instruction is of a function that waits for the end of a thread. */
  boolean joins(int offset) {
    return kind(offset) == JOIN;
  }

  private byte kind(int offset) {
    byte known = kinds[offset];
    if (known == 0) {
      known = kind(module.functionNameAt(offset));
      kinds[offset] = known;
    }
    return known;
  }

  private static byte kind(String function) {
    if (LibraryNames.isJoin(function)) {
      return JOIN;
    }
    return function.startsWith(UNNAMED) || LibraryNames.isLibrary(function) ? LIBRARY : PROGRAM;
  }
}
