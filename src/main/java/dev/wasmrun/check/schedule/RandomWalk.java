package dev.wasmrun.check.schedule;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Switches at random: how often differs from run to run, from at every other step to hardly ever,
 * as some defects need many switches close together and others a few far apart.
 */
final class RandomWalk implements StepStrategy {
  private static final int RAREST = 6;

  /** One in so many of the chances to let a timeout pass early is taken. */
  private static final int TIMEOUTS = 8;

  private final SplittableRandom random;
  private final int staying;

  RandomWalk(long seed) {
    this.random = new SplittableRandom(seed);
    this.staying = 2 << random.nextInt(RAREST);
  }

  @Override
  public int next(Situation now) {
    int current = now.current();
    boolean canStay =
        now.currentIsEnabled() && !now.expires(current) && now.stepsInTurn() < Defaults.PATIENCE;
    if (canStay && random.nextInt(staying) != 0) {
      return current;
    }
    int[] enabled = now.enabled();
    int[] ready = random.nextInt(TIMEOUTS) == 0 ? enabled : unexpired(now, enabled);
    if (ready.length == 0) {
      return Defaults.next(now);
    }
    return ready[random.nextInt(ready.length)];
  }

  private static int[] unexpired(Situation now, int[] enabled) {
    int[] kept = new int[enabled.length];
    int count = 0;
    for (int agent : enabled) {
      if (!now.expires(agent)) {
        kept[count++] = agent;
      }
    }
    return Arrays.copyOf(kept, count);
  }
}
