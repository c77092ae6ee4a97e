package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;

/**
 * The Game of Life with a barrier after every generation. That one barrier does for two things:
 * nobody reads a row of the new generation before it has been written, and nobody writes over a row
 * of the old one that somebody else still has to read, because the buffer of the old generation is
 * written again only in the generation after, beyond the barrier.
 */
final class Life extends LifeProgram {
  private final String name;
  private final String summary;

  private Life(String name, String summary) {
    this.name = name;
    this.summary = summary;
  }

  /** The program without vectors. */
  static Life scalar() {
    return new Life(
        LifeSpectator.PROGRAM,
        "plays the Game of Life in bands of rows, with a barrier per generation");
  }

  /** The program whose modules compute 16 cells at a time; in Java there is no difference. */
  static Life withVectors() {
    return new Life("life-simd", "plays the Game of Life with vectors of 16 cells");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    LifeGrid grid = LifeGrid.in(memory);
    SharedBarrier barrier = new SharedBarrier(memory, LifeLayout.BARRIER);
    long first = grid.generation();
    long last = first + generations(args);
    for (long now = first; now < last; now++) {
      grid.stepBand(now, thread, threads);
      barrier.await();
      if (thread == 0) {
        grid.setGeneration(now + 1);
      }
    }
  }
}
