package dev.wasmrun.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.compiler.Execution;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Generated modules are the same compiled and interpreted.
 *
 * <p>The first ones are always the same, the others are new ones each time. {@code -Dfuzz.seconds}
 * says how long to go on, and {@code -Dfuzz.seed} where to begin with new ones; the number in the
 * name of a finding is the seed that makes it again.
 */
class FuzzTest {
  private static final int SECONDS = Integer.getInteger("fuzz.seconds", 30);
  private static final long NEW_SEEDS =
      Long.getLong("fuzz.seed", TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()) << 24);
  private static final Differential ENGINES =
      new Differential(Side.of(Execution.INTERPRETED), Side.of(Execution.COMPILED));

  @Test
  void loopsAreTheSameCompiledAndInterpreted() {
    findNothing(LoopNests.COLD, SECONDS * 5 / 10, 40);
  }

  @Test
  void loopsThatHotSpotCompilesAreTheSame() {
    findNothing(LoopNests.HOT, SECONDS * 2 / 10, 5);
  }

  @Test
  void anyModulesAreTheSameCompiledAndInterpreted() {
    findNothing(new RandomModules(), SECONDS * 3 / 10, 100);
  }

  /**
   * Compares for a while.
   *
   * @param known how many are the same each time
   */
  private static void findNothing(Generator generator, int seconds, int known) {
    var campaign = new Campaign(ENGINES, Proposal.everywhere());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (long seed = 0; seed == 0 || System.nanoTime() < deadline; seed++) {
      campaign.run(generator, seed < known ? seed : NEW_SEEDS + seed);
    }
    String report =
        "%s, after the first %d from seed %d on: %s"
            .formatted(generator, known, NEW_SEEDS + known, campaign.report());
    System.out.println(report);
    assertTrue(campaign.calls() > 0, report);
    assertEquals(Map.of(), campaign.kinds(), report);
  }
}
