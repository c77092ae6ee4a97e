package dev.wasmrun.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One implementation of a program, ready to run again and again on a number of threads. */
interface Contender extends AutoCloseable {
  /** What a table calls it. */
  String label();

  /**
   * Runs it once: creates memory, instances and threads, works, and ends the threads.
   *
   * @throws IOException if it fails, with what it said
   */
  Turn run() throws IOException, InterruptedException;

  @Override
  void close();

  /**
   * What one run printed, and the time it took: wall-clock time of a program of the gallery,
   * processor time of a module of the user's.
   */
  record Turn(List<String> lines, Duration took) {}
}
