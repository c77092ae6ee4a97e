package dev.wasmrun.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.Machine;
import dev.wasmrun.compiler.AlteredCode;
import dev.wasmrun.compiler.Execution;
import dev.wasmrun.module.GuestModule;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.Opcodes;

/** The fuzzer finds what is wrong, and its modules are valid. */
class FuzzerTest {
  private static final Side INTERPRETER = Side.of(Execution.INTERPRETED);

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

  @Test
  void loopsThatTakeOneIterationTooManyAreFound() {
    var wrong =
        new Side(
            "one too many",
            module -> AlteredCode.replacingJumps(module, Opcodes.IF_ICMPLT, Opcodes.IF_ICMPLE));
    assertFinds(LoopNests.COLD, wrong, Proposal.everywhere());
  }

  @Test
  void aResultThatIsSometimesWrongIsFoundAndMadeSmall() {
    var wrong =
        new Side(
            "seven is eight",
            module ->
                builder ->
                    builder.withMachineFactory(
                        instance -> sevenIsEight(new InterpreterMachine(instance))));
    // Chicory's interpreter has faults of its own where it looks for handlers.
    var proposals = EnumSet.copyOf(Proposal.everywhere());
    proposals.remove(Proposal.EXCEPTIONS);
    proposals.remove(Proposal.SIMD); // and no vectors
    FuzzFinding finding = assertFinds(new RandomModules(), wrong, proposals);
    assertEquals(1, finding.fuzzCase().calls().size());
    assertTrue(finding.difference().contains("7"), finding.difference());
    List<GeneratedProgram.Function> functions = finding.fuzzCase().program().functions();
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

  private static FuzzFinding assertFinds(Generator generator, Side wrong, Set<Proposal> proposals) {
    var campaign = new Campaign(new Differential(INTERPRETER, wrong, 5), proposals);
    for (int seed = 0; campaign.findings().isEmpty() && seed < 300; seed++) {
      campaign.run(generator, seed);
    }
    assertTrue(!campaign.findings().isEmpty(), campaign::report);
    return campaign.findings().get(0);
  }
}
