package dev.wasmrun.check.schedule;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Probabilistic concurrency testing: every thread has a random priority, the highest that can go on
 * does, and at {@code depth - 1} random steps the thread that has the turn falls behind all others.
 * A run of n threads and k steps shows a defect that needs {@code depth} ordered steps with a
 * probability of at least 1/(n·k^(depth-1)).
 */
final class PriorityWalk implements StepStrategy {
  private final SplittableRandom random;
  private final Set<Integer> changes = new TreeSet<>();
  private final Map<Integer, Integer> priorities = new HashMap<>();
  private int lowest;

  /**
   * Creates the strategy of one run.
   *
   * @param depth the number of ordered steps that a defect needs, at least 1
   * @param first how many steps a run of this program takes before there are two threads, about
   * @param steps how many it takes from then on
   */
  PriorityWalk(long seed, int depth, int first, int steps) {
    this.random = new SplittableRandom(seed);
    int most = Math.max(steps, depth);
    while (changes.size() < depth - 1) {
      changes.add(first + 1 + random.nextInt(most));
    }
  }

  @Override
  public int next(Situation now) {
    int current = now.current();
    boolean changing = changes.remove(now.stepsOfRun());
    if (changing || now.stepsInTurn() >= Defaults.PATIENCE) {
      priorities.put(current, --lowest);
    }
    int[] enabled = now.enabled();
    // A timeout passes when nothing else can go on, or instead of a thread that falls behind.
    boolean timeouts = changing && random.nextBoolean();
    int best = -1;
    for (int agent : enabled) {
      if (!timeouts && now.expires(agent)) {
        continue;
      }
      if (best < 0 || priority(agent) > priority(best)) {
        best = agent;
      }
    }
    return best < 0 ? Defaults.next(now) : best;
  }

  private int priority(int agent) {
    return priorities.computeIfAbsent(agent, unseen -> random.nextInt(Integer.MAX_VALUE));
  }
}
