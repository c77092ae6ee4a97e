package dev.wasmrun.check.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * Which strategy goes with a seed: no one finds every kind of defect, so they take turns.
 *
 * <p>Immutable.
 */
final class StrategyMix {
  /** The names of the strategies, for reports. */
  static final List<String> NAMES =
      List.of("random walk", "priorities", "selective walk", "atomics only");

  private static final int LEAST_DEPTH = 2;
  private static final int DEPTHS = 3;

  private final Profile profile;

  StrategyMix(Profile profile) {
    this.profile = profile;
  }

  /** The strategy of a seed. */
  StepStrategy of(long seed) {
    return switch (number(seed)) {
      case 0 -> new RandomWalk(seed);
      case 1 -> new PriorityWalk(seed, depth(seed), profile.first(), profile.steps());
      case 2 -> new SelectiveWalk(seed, profile);
      default -> new AtomicsWalk(new RandomWalk(seed));
    };
  }

  private static int number(long seed) {
    return (int) Math.floorMod(seed, (long) NAMES.size());
  }

  private static int depth(long seed) {
    return LEAST_DEPTH + (int) Math.floorMod(Math.floorDiv(seed, NAMES.size()), (long) DEPTHS);
  }

  /** How many runs of each strategy there are among those from a seed on, but for those of none. */
  static List<String> counts(long firstSeed, int runs) {
    var counts = new ArrayList<String>();
    for (int i = 0; i < NAMES.size(); i++) {
      int first = (int) Math.floorMod(i - firstSeed, (long) NAMES.size());
      int count = runs <= first ? 0 : (runs - first - 1) / NAMES.size() + 1;
      if (count > 0) {
        counts.add("%s %s".formatted(count, NAMES.get(i)));
      }
    }
    return counts;
  }
}
