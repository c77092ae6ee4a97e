package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;

/**
 * The Game of Life done wrong on purpose: there is no barrier between the generations, so a thread
 * reads rows of its neighbours' bands that are not of its generation any more, or not yet. Alone, a
 * thread computes the right grid.
 */
final class RacyLife extends LifeProgram {
  @Override
  public String name() {
    return "life-racy";
  }

  @Override
  public String summary() {
    return "plays the Game of Life with a data race: no barrier between generations";
  }

  @Override
  public boolean deterministic() {
    return false;
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    LifeGrid grid = LifeGrid.in(memory);
    long last = generations(args);
    for (long now = 0; now < last; now++) {
      grid.stepBand(now, thread, threads); // And here everybody should wait for everybody.
    }
    if (thread == 0) {
      grid.setGeneration(last);
    }
  }
}
