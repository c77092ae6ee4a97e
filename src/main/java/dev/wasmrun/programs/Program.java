package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * A workload for several threads on one shared memory, implemented in Java.
 *
 * <p>Arguments are as a guest's: 64-bit numbers in the order of {@link #parameters()}, at least as
 * many as there are parameters, where 0 stands for the parameter's default. The memory is one of
 * the gallery's type, {@link GalleryMemory#TYPE}.
 */
public interface Program {
  /** The name by which people ask for it, such as {@code happycoin}. */
  String name();

  /** What it does, in a line without a full stop. */
  String summary();

  /** What its arguments mean, in order. */
  List<Parameter> parameters();

  /** Whether every run with the same arguments gives the same result. */
  boolean deterministic();

  /**
   * Whether the arguments state the work of all threads together, so that more threads have less to
   * do each; otherwise they state that of each thread.
   */
  default boolean sharesWork() {
    return false;
  }

  /** By which of its arguments the work is divided among runs; empty if it cannot be. */
  default Optional<Split> split() {
    return Optional.empty();
  }

  /** Arguments for a run that takes a moment on any engine, and yet needs every thread. */
  long[] sampleArguments();

  /**
   * Arguments for a run that takes about half a second, so that what it takes to create the memory
   * and the threads hardly counts.
   */
  long[] benchmarkArguments();

  /** Prepares the shared block, before any thread works. */
  void setup(LinearMemory memory, int threads, long[] args);

  /**
   * Does the share of one thread.
   *
   * @param thread number of the thread, from 0
   * @throws InterruptedException if the thread is interrupted; its share is then left unfinished
   */
  void work(LinearMemory memory, int thread, int threads, long[] args) throws InterruptedException;

  /** Delivers the result, after all threads have done their work. */
  void finish(LinearMemory memory, int threads, long[] args, Results results);

  /**
   * How much of the work of these threads has been taken up, read while it goes on, whoever does
   * it; empty if the memory does not tell.
   */
  Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args);
}
