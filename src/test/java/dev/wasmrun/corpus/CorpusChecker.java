package dev.wasmrun.corpus;

import dev.wasmrun.check.Check;
import dev.wasmrun.check.Finding;
import dev.wasmrun.check.Findings;
import dev.wasmrun.check.schedule.Exploration;
import dev.wasmrun.check.schedule.Schedules;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A checker of this project's or another's that says what is wrong with a program. */
enum CorpusChecker {
  /** One ordinary run of ours. */
  PLAIN {
    @Override
    ProgramVerdict judge(ProgramBuild build, CorpusProgram program, int seconds) throws Exception {
      GuestModule module = module(build, program);
      Check.Result result =
          Check.of(module)
              .args(build.table().args(program).toArray(String[]::new))
              .hostFunctions(InvisibleBarrier.meeting())
              .engine(engine())
              .timeout(Duration.ofSeconds(seconds))
              .run();
      Findings found = result.findings();
      Set<Defect> defects = EnumSet.noneOf(Defect.class);
      if (!found.races().isEmpty()) {
        defects.add(Defect.RACE);
      }
      if (!found.memoryErrors().isEmpty()) {
        defects.add(Defect.MEMORY);
      }
      if (!found.lockMisuses().isEmpty()
          || !found.lockOrders().isEmpty()
          || result.run().outcome() instanceof Outcome.Deadlocked) {
        defects.add(Defect.LOCKS);
      }
      if (!result.run().succeeded() && !(result.run().outcome() instanceof Outcome.Deadlocked)) {
        if (!(result.run().outcome() instanceof Outcome.TimedOut)) {
          defects.add(Defect.FAILURE);
        }
      }
      return new ProgramVerdict(defects, result.run().outcome() + "\n" + found);
    }
  },

  /** Chosen schedules of ours, for all that is wrong but races. */
  SCHEDULES {
    @Override
    ProgramVerdict judge(ProgramBuild build, CorpusProgram program, int seconds) throws Exception {
      return of(schedules(build, program, seconds).explore());
    }
  },

  /** Chosen schedules of ours, for races too. */
  RACES {
    @Override
    ProgramVerdict judge(ProgramBuild build, CorpusProgram program, int seconds) throws Exception {
      return of(schedules(build, program, seconds).forbiddingRaces().explore());
    }
  },

  /** ThreadSanitizer of GCC. */
  TSAN {
    @Override
    ProgramVerdict judge(ProgramBuild build, CorpusProgram program, int seconds) throws Exception {
      Path file = built(build.here(program, ".tsan", List.of("-fsanitize=thread")));
      ChildOutput output = ChildOutput.of(command(build, program, file, "setarch", "-R"), seconds);
      return nativeVerdict(output, "WARNING: ThreadSanitizer: data race", "lock-order-inversion");
    }
  },

  /** Helgrind of Valgrind. */
  HELGRIND {
    @Override
    ProgramVerdict judge(ProgramBuild build, CorpusProgram program, int seconds) throws Exception {
      Path file = built(build.here(program, ".native", List.of()));
      ChildOutput output =
          ChildOutput.of(command(build, program, file, "valgrind", "--tool=helgrind"), seconds);
      return nativeVerdict(output, "Possible data race", "lock order");
    }
  };

  /** Says what is wrong with a program, within some time. */
  abstract ProgramVerdict judge(ProgramBuild build, CorpusProgram program, int seconds)
      throws Exception;

  /** Whether it is one of this project's. */
  boolean isOurs() {
    return this == PLAIN || this == SCHEDULES || this == RACES;
  }

  /** Whether it looks for one of some defects at all. */
  boolean mayTell(Set<Defect> defects) {
    return switch (this) {
      case SCHEDULES -> defects.contains(Defect.FAILURE) || defects.contains(Defect.LOCKS);
      case RACES -> defects.contains(Defect.RACE) || defects.contains(Defect.MEMORY);
      default -> true;
    };
  }

  private static List<String> command(
      ProgramBuild build, CorpusProgram program, Path file, String... before) {
    var words = new ArrayList<String>(List.of(before));
    words.add(file.toString());
    words.addAll(build.table().args(program));
    return words;
  }

  private static Path built(ProgramBuild.Built built) throws IOException {
    if (built.file() == null) {
      throw new IOException("it does not build: " + built.problem());
    }
    return built.file();
  }

  private static GuestModule module(ProgramBuild build, CorpusProgram program) throws Exception {
    return GuestModule.load(built(build.guest(program)));
  }

  private static Engine engine() {
    return Engine.valueOf(System.getProperty("corpus.engine", "compiler").toUpperCase(Locale.ROOT));
  }

  private static Schedules schedules(ProgramBuild build, CorpusProgram program, int seconds)
      throws Exception {
    return Schedules.of(module(build, program))
        .args(build.table().args(program).toArray(String[]::new))
        .hostFunctions(InvisibleBarrier.passing())
        .engine(engine())
        .mixed(Integer.MAX_VALUE)
        .maxSteps(100_000)
        .within(Duration.ofSeconds(seconds));
  }

  private static ProgramVerdict of(Exploration exploration) {
    Set<Defect> defects = EnumSet.noneOf(Defect.class);
    String runs =
        "%s runs, %s steps, %s s"
            .formatted(
                exploration.runs(), exploration.steps(), exploration.nanos() / 1_000_000_000);
    if (exploration.failure().isEmpty()) {
      return new ProgramVerdict(defects, "nothing in " + runs);
    }
    Finding finding = exploration.failure().get().finding();
    switch (finding.kind()) {
      case RACE -> defects.add(Defect.RACE);
      case USE_AFTER_FREE, BEYOND_A_BLOCK, DOUBLE_FREE, USE_OF_A_DEAD_STACK ->
          defects.add(Defect.MEMORY);
      case LOCK_MISUSE, LOCK_ORDER, DEADLOCK, LIVELOCK -> defects.add(Defect.LOCKS);
      case TRAP, EXIT, FAILURE, WRONG_ANSWER -> defects.add(Defect.FAILURE);
      case TOO_LONG -> {}
    }
    return new ProgramVerdict(
        defects, finding.kind() + ": " + finding.message() + "\nafter " + runs);
  }

  private static ProgramVerdict nativeVerdict(ChildOutput output, String race, String locks) {
    Set<Defect> defects = EnumSet.noneOf(Defect.class);
    if (output.text().contains(race)) {
      defects.add(Defect.RACE);
    }
    if (output.text().contains(locks) || output.code() == ChildOutput.LATE) {
      defects.add(Defect.LOCKS);
    }
    if (output.text().contains("heap-use-after-free")) {
      defects.add(Defect.MEMORY);
    }
    if (output.code() != 0 && output.code() != ChildOutput.LATE && defects.isEmpty()) {
      defects.add(Defect.FAILURE);
    }
    return new ProgramVerdict(defects, output.code() + "\n" + output.text());
  }
}
