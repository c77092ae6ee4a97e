package dev.wasmrun.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.engine.Engine;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Generated modules are the same compiled and interpreted.
 *
 * <p>The first are always the same ones, the others new ones each time. {@code -Dfuzz.seconds} says
 * how long to go on, and {@code -Dfuzz.seed} where to begin with new ones, as reports name them.
 */
class FuzzTest {
  private static final int SECONDS = Integer.getInteger("fuzz.seconds", 30);
  private static final long NEW_SEEDS =
      Long.getLong("fuzz.seed", TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()) << 16);
  private static final Differential ENGINES =
      new Differential(Side.of(Engine.INTERPRETER), Side.of(Engine.COMPILER));

  @Test
  void loopsAreTheSameCompiledAndInterpreted() {
    findNothing(LoopNests.COLD, SECONDS * 3 / 4, 100);
  }

  @Test
  void loopsThatHotSpotCompilesAreTheSame() {
    findNothing(LoopNests.HOT, SECONDS / 4, 2);
  }

  /**
   * Compares for a while.
   *
   * @param known how many are the same each time
   */
  private static void findNothing(Generator generator, int seconds, int known) {
    var campaign = new Campaign(ENGINES, Proposal.everywhere());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long seed = 0;
    while (System.nanoTime() < deadline || seed == 0) {
      campaign.run(generator, seed < known ? seed : NEW_SEEDS + seed);
      seed++;
    }
    String report = campaign.report();
    System.out.printf("%s from seed %d on: %s%n", generator, NEW_SEEDS + known, report);
    assertTrue(campaign.calls() > 0);
    assertEquals(Map.of(), campaign.kinds(), report);
  }
}
