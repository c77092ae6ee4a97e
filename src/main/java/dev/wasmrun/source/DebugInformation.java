package dev.wasmrun.source;

import java.util.List;
import java.util.Optional;

/** What a compiler tells of the code that it has made, in one format or another. */
sealed interface DebugInformation permits Dwarf, SourceMap {
  /**
   * The functions that a place is in, innermost first: those that have become part of another, and
   * last that of the module; empty if nothing is known of it.
   *
   * @param offset the offset in the module's file
   * @param begin the offset at which the module's function begins
   * @throws BadDebugInformation if it cannot be read
   */
  List<ActiveScope> scopesAt(int offset, int begin);

  /** The variable at an address. */
  Optional<SourceVariable> variableAt(int address);

  /** The text of a source file, if it is part of the debug information. */
  default Optional<String> sourceOf(String file) {
    return Optional.empty();
  }
}
