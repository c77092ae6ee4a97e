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
  MULTI_VALUE,
  MULTI_MEMORY,
  /** Atomic instructions and shared memories. */
  THREADS,
  TAIL_CALL,
  /** Exceptions with references to them: try_table, throw and throw_ref. */
  EXCEPTIONS;

  /** What every engine executes today. */
  static Set<Proposal> everywhere() {
    var all = EnumSet.allOf(Proposal.class);
    all.removeAll(EnumSet.of(MULTI_MEMORY, TAIL_CALL, EXCEPTIONS));
    return Collections.unmodifiableSet(all);
  }
}
