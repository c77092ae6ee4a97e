package dev.wasmrun.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.convention.worker.GuestSquad;
import dev.wasmrun.convention.worker.Squad;
import dev.wasmrun.convention.worker.TeamRun;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Observers;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.parity.JavaSquad;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.GalleryMemory;
import dev.wasmrun.programs.Program;
import dev.wasmrun.programs.Results;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A thread in AssemblyScript, one in C and one in Java on one memory, under a check. */
@Timeout(120)
final class MixedTeamTest {

  /** What nobody reads. */
  private static final class Silent implements RunListener, Results {
    @Override
    public void emit(long value) {}

    @Override
    public void print(String text) {}
  }

  private static Findings check(String program, Engine engine) throws InterruptedException {
    Program java = Catalogue.find(program).flatMap(Catalogue.Entry::program).orElseThrow();
    long[] args = java.sampleArguments();
    var output = new Silent();
    List<Squad> squads =
        List.of(
            guests(program + ".wasm", engine, args, output),
            guests(program + "-c.wasm", engine, args, output),
            new JavaSquad(java, 1, args, output));
    var detectors = new Detectors(new CheckOptions(List.of(), false, false, Set.of()));
    var crew = new Crew(program, 0, new Observers(Optional.of(detectors.observer()), List.of()));
    var memory = crew.observers().createShared(GalleryMemory.TYPE);
    crew.spawn("leader", new TeamRun(squads, memory, crew, output, false));
    assertEquals(new Outcome.Finished(), crew.await(null));
    return detectors.findings();
  }

  private static Squad guests(String module, Engine engine, long[] args, RunListener output) {
    return new GuestSquad(
        new RunRequest(
            GuestModule.load(module),
            engine,
            1,
            Optional.empty(),
            Arrays.stream(args).mapToObj(Long::toString).toList(),
            MemoryLimit.NONE,
            TableLimit.DEFAULT,
            true,
            output,
            List.of(),
            true));
  }

  static Stream<Arguments> correct() {
    return Stream.of(
            "counter", "mutex", "rwlock", "semaphore", "barrier", "ring-buffer", "actors", "life")
        .flatMap(
            program -> Stream.of(Engine.values()).map(engine -> Arguments.of(program, engine)));
  }

  @ParameterizedTest
  @MethodSource("correct")
  void nothingIsToldOfThreeLanguagesThatKeepToTheSameRules(String program, Engine engine)
      throws InterruptedException {
    Findings findings = check(program, engine);
    assertTrue(findings.isEmpty(), findings::toString);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void racesBetweenLanguagesNameThePlacesInEach(Engine engine) throws InterruptedException {
    Findings findings = check("counter-racy", engine);
    Set<String> functions =
        findings.races().stream()
            .flatMap(race -> Stream.of(race.current(), race.earlier()))
            .map(side -> side.site().function().replaceFirst(":\\d+$", ""))
            .collect(Collectors.toSet());
    assertEquals(
        Set.of("assembly/counter-racy/work", "work", "RacyCounter.work"),
        functions,
        findings::toString);
  }
}
