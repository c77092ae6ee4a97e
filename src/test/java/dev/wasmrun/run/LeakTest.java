package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.OpenResources;
import dev.wasmrun.check.Check;
import dev.wasmrun.check.schedule.Schedules;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.WorkerPool;
import dev.wasmrun.workers.GuestWork;
import dev.wasmrun.workers.Worker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Memory, descriptors and threads are given back by every convention and every door: after a run,
 * and after a preparation that fails when some of them are there already.
 */
@Timeout(120)
final class LeakTest {
  @TempDir private Path directory;

  @BeforeEach
  void theSystemTells() {
    assumeTrue(OpenResources.areKnown());
  }

  /** A module of each convention that imports WASI, and whether it ends by itself. */
  private enum Sample {
    TEAM("wasi-workers"),
    COMMAND("wasi-command"),
    WASI_THREADS("wasi-threads-limit"),
    EMSCRIPTEN("pthreads-limit");

    private final String fixture;

    Sample(String fixture) {
      this.fixture = fixture;
    }

    GuestModule module() {
      return Fixtures.module(fixture);
    }
  }

  /** What opens a run from Java and says it all by settings. */
  private enum Door {
    RUN {
      @Override
      Outcome run(GuestModule module, RunConfig config) throws InterruptedException {
        return ModuleRun.of(module, config).run().outcome();
      }
    },
    CHECK {
      @Override
      Outcome run(GuestModule module, RunConfig config) throws InterruptedException {
        return Check.of(module, config).run().run().outcome();
      }
    },
    SESSION {
      @Override
      Outcome run(GuestModule module, RunConfig config) throws InterruptedException {
        try (var session = RunSession.of(module, config)) {
          return session.run();
        }
      }
    };

    abstract Outcome run(GuestModule module, RunConfig config) throws InterruptedException;
  }

  static Stream<Arguments> guestsAndDoors() {
    return Stream.of(Sample.values())
        .flatMap(guest -> Stream.of(Door.values()).map(door -> Arguments.of(guest, door)));
  }

  private RunConfigBuilder granted() {
    return RunConfig.builder().directory(directory, "/data").maxThreads(3);
  }

  private OpenResources now(GuestModule module) {
    return OpenResources.now(directory, module.name() + "#");
  }

  private void assertBack(OpenResources before, GuestModule module) {
    before.assertBack(directory, module.name() + "#");
  }

  @ParameterizedTest
  @MethodSource("guestsAndDoors")
  void everythingIsBackAfterARun(Sample guest, Door door) throws Exception {
    GuestModule module = guest.module();
    OpenResources before = now(module);
    var during = new ArrayList<OpenResources>();
    RunConfig config = granted().args("r").atStart(memory -> during.add(now(module))).build();
    RunConfig suited = guest == Sample.TEAM ? granted().atStart(config.atStart()).build() : config;
    Outcome outcome = door.run(module, suited);
    assertTrue(
        outcome instanceof Outcome.Finished || outcome instanceof Outcome.Exited,
        outcome::toString);
    assertBack(before, module);
    for (OpenResources there : during) { // or the test would see nothing
      assertEquals(before.memories().size() + 1, there.memories().size());
    }
  }

  /** The first directory is open, and in most conventions the memory is there, when it fails. */
  @ParameterizedTest
  @MethodSource("guestsAndDoors")
  void everythingIsBackAfterAPreparationThatFails(Sample guest, Door door) {
    GuestModule module = guest.module();
    OpenResources before = now(module);
    RunConfig config = granted().directory(directory.resolve("missing"), "/missing").build();
    assertThrows(UsageException.class, () -> door.run(module, config));
    assertBack(before, module);
  }

  /** WASI has been opened when the exports turn out not to suit. */
  @ParameterizedTest
  @EnumSource(Door.class)
  void directoriesAreClosedWhenTheExportsDoNotSuit(Door door) {
    GuestModule module = Sample.TEAM.module();
    OpenResources before = now(module);
    RunConfig config = granted().invoke("absent").build();
    assertThrows(UsageException.class, () -> door.run(module, config));
    assertBack(before, module);
  }

  @Test
  void aSessionThatIsNeverRunGivesAllBack() {
    for (Sample guest : Sample.values()) {
      GuestModule module = guest.module();
      OpenResources before = now(module);
      try (var session = RunSession.of(module, granted().build())) {
        assertTrue(before.files().size() < now(module).files().size());
        assertEquals(List.of(), session.crew().running());
      }
      assertBack(before, module);
    }
  }

  /** A host function of another type takes the place of the one that the convention provides. */
  @Test
  void schedulesGiveBackWhatAFailedPreparationHolds() {
    GuestModule module = Sample.WASI_THREADS.module();
    OpenResources before = now(module);
    var wrong = HostFunction.ofVoid("wasi", "thread-spawn", List.of(), (caller, args) -> {});
    assertThrows(
        LinkException.class, () -> Schedules.of(module).hostFunctions(wrong).random(1).explore());
    assertBack(before, module);
  }

  @Test
  void schedulesGiveBackWhatTheirRunsHold() throws Exception {
    GuestModule module = GuestModule.load("counter.wasm");
    OpenResources before = now(module);
    Schedules.of(module).args("2").random(5).assertAllSucceed();
    assertBack(before, module);
  }

  @Test
  void aWorkerOfGuestsGivesAllBack() throws Exception {
    GuestModule module = Sample.TEAM.module();
    OpenResources before = OpenResources.now(directory, "leaking#");
    var work = GuestWork.of(module).directory(directory, "/data");
    try (var worker = Worker.start("leaking", null, work)) {
      worker.ended().join();
    }
    before.assertBack(directory, "leaking#");
    var absent = GuestWork.of(module).directory(directory, "/data").invoke("absent");
    assertThrows(UsageException.class, () -> Worker.start("leaking", null, absent));
    before.assertBack(directory, "leaking#");
  }

  @Test
  void aPoolGivesAllBack() {
    GuestModule module = Sample.TEAM.module();
    OpenResources before = now(module);
    PoolConfig config = PoolConfig.fixed(2).directory(directory, "/data").build();
    try (var pool = WorkerPool.open(module, config)) {
      pool.submit("work", 0, 1).join();
      assertTrue(before.files().size() < now(module).files().size());
    }
    assertBack(before, module);
    PoolConfig missing =
        PoolConfig.fixed(2)
            .directory(directory, "/data")
            .directory(directory.resolve("missing"), "/missing")
            .build();
    assertThrows(UsageException.class, () -> WorkerPool.open(module, missing));
    assertBack(before, module);
  }
}
