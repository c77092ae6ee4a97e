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

  /** By offset: 0 while not known, 1 for the library's, -1 for the program's. Plain accesses. */
  private final byte[] kinds;

  private final GuestModule module;

  LibraryCode(GuestModule module) {
    this.module = module;
    this.kinds = new byte[module.endOfCode() + 1];
  }

  boolean contains(int offset) {
    byte known = kinds[offset];
    if (known == 0) {
      String function = module.functionNameAt(offset);
      known = (byte) (function.startsWith(UNNAMED) || LibraryNames.isLibrary(function) ? 1 : -1);
      kinds[offset] = known;
    }
    return known > 0;
  }
}
