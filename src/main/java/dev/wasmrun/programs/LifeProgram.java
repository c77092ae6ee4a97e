package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/** Conway's Game of Life on a torus, in bands of rows; how threads keep in step is left open. */
abstract class LifeProgram implements Program {
  private static final Parameter ROWS = new Parameter("rows", 256, "height of the grid");
  private static final Parameter COLUMNS = new Parameter("columns", 256, "width of the grid");
  private static final Parameter GENERATIONS =
      new Parameter("generations", 100, "how often all cells change");
  private static final Parameter PATTERN =
      new Parameter("pattern", 1, "1 random, 2 glider, 3 Gosper gun, 4 R-pentomino");
  private static final Parameter SEED = new Parameter("seed", 0, "seed of the random pattern");

  @Override
  public final List<Parameter> parameters() {
    return List.of(ROWS, COLUMNS, GENERATIONS, PATTERN, SEED);
  }

  @Override
  public final boolean sharesWork() {
    return true;
  }

  @Override
  public final long[] sampleArguments() {
    return new long[] {37, 41, 20, 1, 42};
  }

  @Override
  public final long[] benchmarkArguments() {
    return new long[] {512, 512, 2_000, 0, 0};
  }

  @Override
  public final void setup(LinearMemory memory, int threads, long[] args) {
    long rows = ROWS.countOf(args[0]);
    long columns = COLUMNS.countOf(args[1]);
    generations(args); // A wrong argument ends the run here, in one thread.
    LifePattern pattern = LifePattern.of(PATTERN.valueOf(args[3]));
    pattern.draw(LifeGrid.setup(memory, rows, columns), SEED.valueOf(args[4]));
    new SharedBarrier(memory, LifeLayout.BARRIER).setup(threads);
  }

  @Override
  public final void finish(LinearMemory memory, int threads, long[] args, Results results) {
    LifeGrid grid = LifeGrid.in(memory);
    LifeFrame frame = grid.frame(grid.generation());
    results.print("generation " + frame.generation() + "\n");
    results.print("population " + frame.population() + "\n");
    results.print("hash " + Long.toUnsignedString(frame.hash()) + "\n");
  }

  @Override
  public final Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    long finished = LifeGrid.in(memory).generation();
    return Optional.of(new WorkDone(finished, generations(args), "generations"));
  }

  static long generations(long[] args) {
    return GENERATIONS.countOf(args[2]);
  }
}
