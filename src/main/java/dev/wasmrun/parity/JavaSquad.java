package dev.wasmrun.parity;

import dev.wasmrun.convention.worker.Squad;
import dev.wasmrun.guest.MemoryModules;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.programs.Program;
import dev.wasmrun.programs.Results;

/** Workers that are Java threads and run a program's pure-Java implementation. */
public final class JavaSquad implements Squad {
  private final Program program;
  private final int workers;
  private final long[] args;
  private final Results results;

  // Written by enter, before any worker's thread starts.
  private LinearMemory memory;

  /**
   * Creates a squad.
   *
   * @param args a value for each of the program's parameters, 0 for its default
   * @param results where the program delivers its results
   */
  public JavaSquad(Program program, int workers, long[] args, Results results) {
    this.program = program;
    this.workers = workers;
    this.args = args.clone();
    this.results = results;
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public void enter(LinearMemory teams, MemoryModules memoryModules) {
    memory = teams;
  }

  @Override
  public void setup(int threads) {
    program.setup(memory, threads, args);
  }

  @Override
  public Returned work(int worker, int thread, int threads) throws InterruptedException {
    program.work(memory, thread, threads, args);
    return Returned.NOTHING;
  }

  @Override
  public void finish(int threads) {
    program.finish(memory, threads, args, results);
  }
}
