package dev.wasmrun.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.compiler.Execution;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Generated modules are the same compiled, compiled to small methods, and interpreted.
 *
 * <p>A build always tries the same ones, as many as there is time for, so that it does not fail for
 * what it has not changed. {@code -Dfuzz.seconds} says how long to go on, as {@code mvn -Pfuzz
 * test} does, and tries others each time; {@code -Dfuzz.seed} says where to begin with those. The
 * number in the name of a finding is the seed that makes it again.
 */
class FuzzTest {
  private static final int SECONDS = Integer.getInteger("fuzz.seconds", 30);
  private static final long NEW_SEEDS = Long.getLong("fuzz.seed", firstNewSeed());
  private static final Differential COMPILED = against(Execution.COMPILED);
  private static final Differential SPLIT = against(Execution.SPLIT);
  private static final Differential SPLIT_SMALL = against(Execution.SPLIT_SMALL);

  /** For what the interpreter does not do as it should. */
  private static final Differential ONLY_COMPILED =
      new Differential(Side.of(Execution.COMPILED), Side.of(Execution.SPLIT_SMALL));

  /** For vectors, which some Javas have whole. */
  private static final Differential WHOLE =
      new Differential(Side.of(Execution.COMPILED), Side.of(Execution.WHOLE_SMALL));

  private static Differential against(Execution compiled) {
    return new Differential(Side.of(Execution.INTERPRETED), Side.of(compiled));
  }

  private static long firstNewSeed() {
    return System.getProperty("fuzz.seconds") == null
        ? 1L << 40
        : TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()) << 24;
  }

  @Test
  void loopsAreTheSameCompiledAndInterpreted() {
    findNothing(COMPILED, LoopNests.COLD, Proposal.everywhere(), SECONDS * 2 / 10, 40);
  }

  @Test
  void loopsThatHotSpotCompilesAreTheSame() {
    findNothing(COMPILED, LoopNests.HOT, Proposal.everywhere(), SECONDS * 2 / 10, 5);
  }

  @Test
  void loopsInSplitFunctionsAreTheSame() {
    findNothing(SPLIT, LoopNests.COLD, Proposal.everywhere(), SECONDS / 10, 20);
  }

  @Test
  void anyModulesAreTheSameCompiledAndInterpreted() {
    findNothing(COMPILED, new RandomModules(), Proposal.everywhere(), SECONDS * 2 / 10, 100);
  }

  @Test
  void anyModulesAreTheSameInSmallMethods() {
    findNothing(SPLIT_SMALL, new RandomModules(), Proposal.everywhere(), SECONDS / 10, 50);
  }

  @Test
  void modulesOfAllThatIsCompiledAreTheSameInSmallMethods() {
    findNothing(ONLY_COMPILED, new RandomModules(), Proposal.compiled(), SECONDS / 10, 50);
  }

  @Test
  void modulesOfAllThatIsCompiledAreTheSameWithWholeVectors() {
    findNothing(WHOLE, new RandomModules(), Proposal.compiled(), SECONDS / 10, 50);
  }

  /**
   * Compares for a while.
   *
   * @param known how many are the same each time
   */
  private static void findNothing(
      Differential engines, Generator generator, Set<Proposal> proposals, int seconds, int known) {
    var campaign = new Campaign(engines, proposals);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (long seed = 0; seed == 0 || System.nanoTime() < deadline; seed++) {
      campaign.run(generator, seed < known ? seed : NEW_SEEDS + seed);
    }
    String report =
        "%s, %s and %s, after the first %s from seed %s on: %s"
            .formatted(
                generator,
                engines.expected().name(),
                engines.actual().name(),
                known,
                NEW_SEEDS + known,
                campaign.report());
    System.out.println(report);
    assertTrue(campaign.calls() > 0, report);
    assertEquals(Map.of(), campaign.kinds(), report);
  }
}
