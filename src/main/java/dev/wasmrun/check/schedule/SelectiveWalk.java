package dev.wasmrun.check.schedule;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A walk that is fair to the orders of a few chosen steps, not to all: of the accesses to one place
 * that threads share, or of all atomic ones, each thread gets its turn in proportion to how many it
 * has left, and the steps in between bring no switch. As in selectively uniform random walks (Zhao
 * and others, 2025), how many there are is known from an earlier run.
 */
final class SelectiveWalk implements StepStrategy {
  /** So often the place is chosen anew in vain before atomic accesses are taken. */
  private static final int ONE_PLACE_OF = 4;

  private static final int TIMEOUTS = 8;

  private final SplittableRandom random;
  private final Profile profile;

  /** The cell whose accesses are chosen; -1 for all atomic ones. */
  private final int cell;

  private final Map<Integer, Integer> left = new HashMap<>();

  SelectiveWalk(long seed, Profile profile) {
    this.random = new SplittableRandom(seed);
    this.profile = profile;
    boolean onePlace = !profile.shared().isEmpty() && random.nextInt(ONE_PLACE_OF) != 0;
    this.cell = onePlace ? profile.shared().get(random.nextInt(profile.shared().size())) : -1;
  }

  @Override
  public int next(Situation now) {
    int current = now.current();
    boolean tired = now.stepsInTurn() >= Defaults.PATIENCE;
    if (!tired && now.currentIsEnabled() && !now.expires(current) && !isChosen(now, current)) {
      return current;
    }
    int[] enabled = now.enabled();
    boolean timeouts = random.nextInt(TIMEOUTS) == 0;
    long weights = 0;
    for (int agent : enabled) {
      weights += weight(now, agent, timeouts);
    }
    if (weights == 0) {
      return Defaults.next(now);
    }
    long at = random.nextLong(weights);
    for (int agent : enabled) {
      at -= weight(now, agent, timeouts);
      if (at < 0) {
        if (isChosen(now, agent)) {
          left.put(agent, left(agent) - 1);
        }
        return agent;
      }
    }
    return Defaults.next(now);
  }

  private long weight(Situation now, int agent, boolean timeouts) {
    return now.expires(agent) && !timeouts ? 0 : Math.max(1, left(agent));
  }

  private int left(int agent) {
    return left.computeIfAbsent(
        agent, unseen -> cell < 0 ? 1 : profile.accesses(cell, Agents.thread(agent)));
  }

  private boolean isChosen(Situation now, int agent) {
    StepOperation op = now.pending(agent);
    if (cell < 0) {
      return !op.kind().isPlain();
    }
    int last = op.address() + Math.max(1, op.length()) - 1 >>> Profile.CELL_SHIFT;
    return (op.kind().reads || op.kind().writes || op.kind().queues)
        && op.address() >>> Profile.CELL_SHIFT <= cell
        && last >= cell;
  }
}
