package dev.wasmrun.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Machine;
import dev.wasmrun.engine.AlteredCode;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.engine.LoopStrip;
import dev.wasmrun.module.GuestModule;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzzer finds what is wrong, and its modules are valid. */
class FuzzerTest {
  private static final Side INTERPRETER = Side.of(Engine.INTERPRETER);

  static Stream<Generator> generators() {
    return Stream.of(LoopNests.COLD, LoopNests.HOT, new RandomModules());
  }

  @ParameterizedTest
  @MethodSource("generators")
  void whateverIsAllowedModulesAreValid(Generator generator) {
    for (Proposal proposal : Proposal.values()) {
      if (proposal != Proposal.MULTI_MEMORY) { // the parser knows one memory
        for (int seed = 0; seed < 40; seed++) {
          assertValid(generator.generate(seed, EnumSet.of(proposal)));
        }
      }
    }
    for (int seed = 0; seed < 100; seed++) {
      var all = EnumSet.complementOf(EnumSet.of(Proposal.MULTI_MEMORY));
      assertValid(generator.generate(seed, all));
      assertValid(generator.generate(seed, EnumSet.noneOf(Proposal.class)));
    }
  }

  private static void assertValid(FuzzCase fuzzCase) {
    assertNotNull(GuestModule.of(fuzzCase.origin(), fuzzCase.program().bytes()));
  }

  @ParameterizedTest
  @MethodSource("generators")
  void aSeedDecidesTheModule(Generator generator) {
    FuzzCase first = generator.generate(7, Proposal.everywhere());
    FuzzCase second = generator.generate(7, Proposal.everywhere());
    assertArrayEquals(first.program().bytes(), second.program().bytes());
    assertEquals(first.calls().toString(), second.calls().toString());
  }

  /** A strip that is one iteration too long, as if {@link LoopStrip} counted wrongly. */
  public static int oneTooLong(int goesOn, int low, int high, int most) {
    return Math.min(LoopStrip.length(goesOn, low, high, most) + 1, most);
  }

  @Test
  void aStripThatIsOneIterationTooLongIsFound() {
    var wrong =
        new Side(
            "one too long",
            module ->
                AlteredCode.replacing(
                    module, LoopStrip.class, "length", FuzzerTest.class, "oneTooLong"));
    assertFinds(LoopNests.COLD, wrong);
  }

  @Test
  void aResultThatIsSometimesWrongIsFoundAndMadeSmall() {
    var wrong =
        new Side(
            "seven is eight",
            module -> {
              var right = INTERPRETER.machines().apply(module);
              return instance -> sevenIsEight(right.apply(instance));
            });
    Finding finding = assertFinds(new RandomModules(), wrong);
    assertEquals(1, finding.fuzzCase().calls().size());
    assertTrue(finding.difference().contains("7"), finding.difference());
    List<Program.Function> functions = finding.fuzzCase().program().functions();
    int size = functions.stream().mapToInt(function -> function.body().size()).sum();
    assertTrue(size < 5 * functions.size(), finding.report());
  }

  private static Machine sevenIsEight(Machine right) {
    return (function, args) -> {
      long[] results = right.call(function, args);
      for (int i = 0; results != null && i < results.length; i++) {
        results[i] += results[i] == 7 ? 1 : 0;
      }
      return results;
    };
  }

  private static Finding assertFinds(Generator generator, Side wrong) {
    var campaign = new Campaign(new Differential(INTERPRETER, wrong, 5), Proposal.everywhere());
    for (int seed = 0; campaign.findings().isEmpty() && seed < 300; seed++) {
      campaign.run(generator, seed);
    }
    assertTrue(!campaign.findings().isEmpty(), campaign::report);
    return campaign.findings().get(0);
  }
}
