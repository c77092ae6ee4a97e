package dev.wasmrun.bench;

import dev.wasmrun.programs.Catalogue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * From which size of a program on its threads pay.
 *
 * <p>The program's first argument grows by powers of 4. Two threads pay from the first size on at
 * which, by the medians of {@value #RUNS} runs in turns after one that does not count, they get at
 * least a tenth more done than one, there and at every larger size tried.
 */
final class BreakEven {
  private static final int RUNS = 5;
  private static final long FIRST = 4;
  private static final int GROWTH = 4;
  private static final double LONGEST_NANOS = 0.2e9;

  /** Two threads that need so long, where one needs little, only get in each other's way. */
  private static final double HOPELESS_NANOS = 4 * LONGEST_NANOS;

  private final Contenders contenders;

  BreakEven(Contenders contenders) {
    this.contenders = contenders;
  }

  /**
   * The size for the first contender.
   *
   * @param args the program's arguments, of which the first is replaced
   * @return empty if two threads do not pay at any size whose run ends within a fifth of a second
   */
  OptionalLong find(Catalogue.Entry entry, long[] args) throws InterruptedException {
    OptionalLong candidate = OptionalLong.empty();
    boolean sharesWork = entry.program().orElseThrow().sharesWork();
    for (long size = FIRST; size > 0; size *= GROWTH) {
      long[] sized = args.clone();
      sized[0] = size;
      double alone;
      double together;
      try {
        List<Spread> times = take(entry, sized);
        alone = times.get(0).median();
        together = times.get(1).median();
      } catch (IOException e) {
        return candidate; // the program does not take a job of that size
      }
      if (alone * (sharesWork ? 1 : 2) / together < Scaling.PAYS) {
        candidate = OptionalLong.empty();
      } else if (candidate.isEmpty()) {
        candidate = OptionalLong.of(size);
      }
      if (alone > LONGEST_NANOS || together > HOPELESS_NANOS) {
        return candidate;
      }
    }
    return candidate;
  }

  /** The times of one thread and of two. */
  private List<Spread> take(Catalogue.Entry entry, long[] args)
      throws IOException, InterruptedException {
    try (Contender one = contenders.first(entry, 1, args);
        Contender two = contenders.first(entry, 2, args)) {
      var alone = new ArrayList<Long>();
      var together = new ArrayList<Long>();
      one.run();
      two.run();
      for (int i = 0; i < RUNS; i++) {
        alone.add(one.run().took().toNanos());
        together.add(two.run().took().toNanos());
      }
      return List.of(Spread.of(alone), Spread.of(together));
    }
  }
}
