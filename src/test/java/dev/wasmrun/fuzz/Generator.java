package dev.wasmrun.fuzz;

import java.util.Set;

/** A source of programs, each decided by a number. */
interface Generator {
  /**
   * A program and calls of it.
   *
   * @param proposals what it may use beyond the first version of WebAssembly
   */
  FuzzCase generate(long seed, Set<Proposal> proposals);
}
