package dev.wasmrun.convention.worker;

import dev.wasmrun.guest.MemoryModules;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.LinearMemory;

/**
 * The workers of one implementation, guests of one module or Java threads, which work together with
 * other squads on one shared memory.
 */
public interface Squad {

  /** How many workers it has. */
  int workers();

  /**
   * Makes ready on the team's memory; called once, before anything else and on the leader's thread.
   *
   * @param memoryModules the modules that are on the memory already; a squad of guests joins them
   */
  void enter(LinearMemory memory, MemoryModules memoryModules);

  /** Prepares the work of the whole team; called on its first squad only. */
  void setup(int threads);

  /**
   * Does the work of one worker, on that worker's thread.
   *
   * @param worker its number within this squad, from 0
   * @param thread its number within the team, from 0
   * @param threads the number of workers in the team
   * @return what the call returned; nothing where no guest was called
   * @throws InterruptedException if the run ended meanwhile
   */
  Returned work(int worker, int thread, int threads) throws InterruptedException;

  /**
   * Delivers the result of the whole team; called on its first squad only.
   *
   * @throws InterruptedException if the run ended meanwhile
   */
  void finish(int threads) throws InterruptedException;
}
