package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;

/**
 * Somebody who sees every generation of a Game of Life that others play, in whatever language.
 *
 * <p>A spectator is one more party of the players' barrier. When the barrier has let everybody go,
 * the generation is complete and the players write the next one into the other buffer; what a
 * spectator looks at is written again only beyond the barrier after, to which nobody comes without
 * it. So it reads plain memory without a race, the players need not know of it, and they wait for
 * it only if looking takes longer than computing.
 *
 * <pre>
 * buffer      1           0           1
 * players     compute 1 ─┐ compute 2 ─┐ compute 3 ─┐
 * spectator   look at 0 ─┴ look at 1 ─┴ look at 2 ─┴ …
 * buffer      0           1           0
 * </pre>
 *
 * <p>Used by one thread, which may be another than the one that admitted it.
 */
public final class LifeSpectator {
  /** The program whose generations can be seen. */
  public static final String PROGRAM = "life";

  private final LifeGrid grid;
  private final SharedBarrier barrier;
  private final long last;

  private long generation;

  private LifeSpectator(LifeGrid grid, SharedBarrier barrier, long generations) {
    this.grid = grid;
    this.barrier = barrier;
    this.generation = grid.generation();
    this.last = generation + generations;
  }

  /**
   * Admits a spectator to a game that has been set up and that nobody plays yet.
   *
   * @param players the number of threads that will play
   * @param args the arguments that they will get
   * @throws IllegalStateException if the memory holds no such game
   */
  public static LifeSpectator admit(LinearMemory memory, int players, long[] args) {
    LifeGrid grid = LifeGrid.in(memory);
    var barrier = new SharedBarrier(memory, LifeLayout.BARRIER);
    if (!grid.fits() || barrier.parties() != players) {
      throw new IllegalStateException(
          "there is no grid for %s threads in memory as the program %s lays it out"
              .formatted(players, PROGRAM));
    }
    barrier.setup(players + 1);
    return new LifeSpectator(grid, barrier, LifeProgram.generations(args));
  }

  /** The number of the generation that can be seen now. */
  public long generation() {
    return generation;
  }

  /** Whether no generation comes after this one. */
  public boolean isLast() {
    return generation == last;
  }

  /** A copy of the generation that can be seen now. */
  public LifeFrame frame() {
    return grid.frame(generation);
  }

  /**
   * Waits for the next generation.
   *
   * @throws InterruptedException if the thread is interrupted; the game then never goes on
   */
  public void awaitNext() throws InterruptedException {
    barrier.await();
    generation++;
  }
}
