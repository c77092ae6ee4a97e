package dev.wasmrun.parity;

import dev.wasmrun.crew.Crew;

/** An implementation of a program, ready to be run. */
interface Contender {

  /** What a table calls it, for example {@code c, compiler}. */
  String label();

  /**
   * The body of a run's first thread.
   *
   * @param args a value for each of the program's parameters, 0 for its default
   * @param output receives what the program prints and emits
   */
  Crew.Body prepare(int threads, long[] args, CollectedOutput output, Crew crew);
}
