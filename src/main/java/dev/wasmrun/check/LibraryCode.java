package dev.wasmrun.check;

import dev.wasmrun.memory.LibraryFunction;
import dev.wasmrun.module.AddressRange;
import dev.wasmrun.module.GuestModule;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;

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
  private static final byte ERRANDS = 4;

  /** By offset: 0 while not known, else one of the kinds above. Plain accesses. */
  private final byte[] kinds;

  private final GuestModule module;

  /** Guarded by this; null until somebody asks. */
  private NavigableSet<Integer> variables;

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

  /** Whether an instruction is of a function that does what other threads have asked for. */
  boolean doesErrands(int offset) {
    return kind(offset) == ERRANDS;
  }

  /**
   * Whether a variable at an address is the library's, as functions of it that are left show: one
   * of them loads it, or it lies behind one that they load in the memory that begins as 0, where
   * linkers put what is of libraries behind what is the program's.
   */
  synchronized boolean hasVariableAt(int address) {
    if (variables == null) {
      variables = new TreeSet<>(module.variablesLoadedBy(LibraryNames::isLibrary));
    }
    if (variables.contains(address)) {
      return true;
    }
    return module.staticData().stream()
        .max(Comparator.comparingLong(AddressRange::start))
        .filter(range -> range.start() <= address && address < range.end())
        .map(range -> variables.ceiling((int) range.start()))
        .filter(first -> first < address)
        .isPresent();
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
    if (LibraryFunction.named(function) == LibraryFunction.ERRANDS) {
      return ERRANDS;
    }
    return function.startsWith(UNNAMED) || LibraryNames.isLibrary(function) ? LIBRARY : PROGRAM;
  }
}
