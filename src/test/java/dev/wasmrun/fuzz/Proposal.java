package dev.wasmrun.fuzz;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** A part of WebAssembly beyond its first version, which generated modules use or leave alone. */
enum Proposal {
  SIGN_EXTENSION,
  SATURATING_CONVERSION,
  BULK_MEMORY,
  REFERENCE_TYPES,
  /** Several results of functions and blocks. */
  MULTI_VALUE,
  /**
   * Parameters of blocks. Chicory's interpreter takes as many values more from the stack as a block
   * has parameters when one is left, and puts back what was to be dropped.
   */
  BLOCK_PARAMETERS,
  MULTI_MEMORY,
  /** Atomic instructions and shared memories. */
  THREADS,
  TAIL_CALL,
  /** Exceptions with references to them: try_table, throw and throw_ref. */
  EXCEPTIONS,
  /** Vectors, with the relaxed instructions. */
  SIMD,
  /** Memories with 64-bit addresses. */
  MEMORY64;

  /** What the compiler compiles. */
  static Set<Proposal> compiled() {
    return Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(MULTI_MEMORY)));
  }

  /** What every engine executes today. */
  static Set<Proposal> everywhere() {
    var all = EnumSet.allOf(Proposal.class);
    all.removeAll(EnumSet.of(BLOCK_PARAMETERS, MULTI_MEMORY));
    return Collections.unmodifiableSet(all);
  }
}
