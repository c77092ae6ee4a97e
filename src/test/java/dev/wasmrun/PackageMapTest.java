package dev.wasmrun;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.run.RunSession;
import dev.wasmrun.wasi.WasiOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

/** Holds the arrows of the map in {@code dev.wasmrun}'s package documentation. */
@AnalyzeClasses(packages = "dev.wasmrun", importOptions = ImportOption.DoNotIncludeTests.class)
final class PackageMapTest {
  private static final String ROOT = "dev.wasmrun.";

  @ArchTest static final ArchRule memory = mayImport("memory");
  @ArchTest static final ArchRule module = mayImport("module", "source");
  @ArchTest static final ArchRule source = mayImport("source");

  @ArchTest
  static final ArchRule compiler =
      mayImport(
          "compiler",
          "compiler.code",
          "compiler.analysis",
          "compiler.pass",
          "compiler.emit",
          "compiler.runtime",
          "memory");

  @ArchTest static final ArchRule compilerCode = mayImport("compiler.code");

  @ArchTest
  static final ArchRule compilerAnalysis = mayImport("compiler.analysis", "compiler.code");

  @ArchTest
  static final ArchRule compilerPass =
      mayImport("compiler.pass", "compiler.code", "compiler.analysis");

  @ArchTest
  static final ArchRule compilerEmit =
      mayImport(
          "compiler.emit",
          "compiler.code",
          "compiler.analysis",
          "compiler.pass",
          "compiler.runtime",
          "memory");

  @ArchTest
  static final ArchRule compilerRuntime = mayImport("compiler.runtime", "compiler.code", "memory");

  @ArchTest
  static final ArchRule engine =
      mayImport(
          "engine", "compiler", "compiler.code", "compiler.emit", "compiler.runtime", "memory");

  @ArchTest
  static final ArchRule guest = mayImport("guest", "memory", "module", "source", "engine");

  @ArchTest
  static final ArchRule crew = mayImport("crew", "guest", "memory", "module", "source", "engine");

  @ArchTest static final ArchRule wasi = mayImport("wasi", "guest", "memory", "module", "source");

  @ArchTest static final ArchRule messages = mayImport("messages", "memory", "module", "source");

  @ArchTest
  static final ArchRule workerConvention =
      mayImport(
          "convention.worker",
          "messages",
          "crew",
          "wasi",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  @ArchTest
  static final ArchRule workers =
      mayImport(
          "workers",
          "messages",
          "run",
          "convention.worker",
          "crew",
          "wasi",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  @ArchTest
  static final ArchRule emscriptenConvention =
      mayImport(
          "convention.emscripten", "crew", "wasi", "guest", "memory", "module", "source", "engine");

  @ArchTest
  static final ArchRule bindgenConvention =
      mayImport("convention.bindgen", "crew", "wasi", "guest", "memory", "module", "engine");

  @ArchTest
  static final ArchRule wasiThreadsConvention =
      mayImport("convention.wasi", "crew", "wasi", "guest", "memory", "module", "source", "engine");

  @ArchTest
  static final ArchRule run =
      mayImport(
          "run",
          "convention.worker",
          "convention.wasi",
          "convention.emscripten",
          "convention.bindgen",
          "crew",
          "wasi",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  @ArchTest
  static final ArchRule pool =
      mayImport(
          "pool",
          "run",
          "convention.worker",
          "crew",
          "wasi",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  @ArchTest
  static final ArchRule serve =
      mayImport(
          "serve",
          "pool",
          "convention.worker",
          "crew",
          "wasi",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  @ArchTest
  static final ArchRule shard =
      mayImport(
          "shard",
          "run",
          "programs",
          "convention.worker",
          "convention.wasi",
          "convention.emscripten",
          "crew",
          "wasi",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  /** Compiled under a profile only. */
  @ArchTest
  static final ArchRule spark =
      mayImport(
              "spark",
              "pool",
              "shard",
              "run",
              "programs",
              "convention.worker",
              "convention.wasi",
              "convention.emscripten",
              "crew",
              "wasi",
              "guest",
              "memory",
              "module",
              "source",
              "engine")
          .allowEmptyShould(true);

  @ArchTest static final ArchRule programs = mayImport("programs", "memory");

  @ArchTest
  static final ArchRule pictures =
      mayImport(
          "pictures",
          "programs",
          "convention.worker",
          "crew",
          "wasi",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  @ArchTest
  static final ArchRule parity =
      mayImport(
          "parity",
          "programs",
          "run",
          "convention.worker",
          "crew",
          "wasi",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  @ArchTest
  static final ArchRule trace =
      mayImport("trace", "crew", "guest", "memory", "module", "source", "engine");

  @ArchTest
  static final ArchRule check =
      mayImport(
          "check",
          "check.race",
          "check.lock",
          "run",
          "crew",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  @ArchTest static final ArchRule checkRace = mayImport("check.race");

  @ArchTest static final ArchRule checkLock = mayImport("check.lock", "check.race", "memory");

  @ArchTest
  static final ArchRule bench =
      mayImport(
          "bench",
          "parity",
          "run",
          "programs",
          "convention.worker",
          "convention.wasi",
          "convention.emscripten",
          "crew",
          "wasi",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  @ArchTest
  static final ArchRule schedules =
      mayImport(
          "check.schedule",
          "check",
          "run",
          "convention.worker",
          "convention.wasi",
          "convention.emscripten",
          "crew",
          "wasi",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  @ArchTest
  static final ArchRule checkReports =
      mayImport(
          "check.report",
          "check",
          "check.schedule",
          "run",
          "crew",
          "guest",
          "memory",
          "module",
          "source",
          "engine");

  @ArchTest
  static final ArchRule everyClassHasAHomeOnTheMap =
      classes()
          .that()
          .resideOutsideOfPackage("dev.wasmrun")
          .should()
          .resideInAnyPackage(
              packages(
                  "memory",
                  "module",
                  "source",
                  "compiler",
                  "compiler.code",
                  "compiler.analysis",
                  "compiler.pass",
                  "compiler.emit",
                  "compiler.runtime",
                  "engine",
                  "guest",
                  "crew",
                  "wasi",
                  "messages",
                  "convention.worker",
                  "convention.wasi",
                  "convention.emscripten",
                  "convention.bindgen",
                  "run",
                  "workers",
                  "pool",
                  "shard",
                  "spark",
                  "serve",
                  "programs",
                  "pictures",
                  "parity",
                  "trace",
                  "check",
                  "check.race",
                  "check.lock",
                  "bench",
                  "check.schedule",
                  "check.report",
                  "cli"));

  @ArchTest
  static final ArchRule theRuntimeStaysWhereItIsAdapted =
      noClasses()
          .that(
              not(resideInAPackage(ROOT + "memory"))
                  .and(not(resideInAPackage(ROOT + "module")))
                  .and(not(resideInAPackage(ROOT + "compiler..")))
                  .and(not(resideInAPackage(ROOT + "engine")))
                  .and(not(resideInAPackage(ROOT + "guest"))))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.dylibso..");

  @ArchTest
  static final ArchRule picocliIsForTheCommandLineOnly =
      noClasses()
          .that(not(resideInAPackage(ROOT + "cli")))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule onlyTheCommandLineEndsTheProcess =
      noClasses()
          .that(not(resideInAPackage(ROOT + "cli")))
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule theMapHasOneMarkBesideIt =
      classes()
          .that()
          .resideInAPackage("dev.wasmrun")
          .should()
          .haveNameMatching("dev\\.wasmrun\\.(Internal|package-info)");

  /** One life of a run, and one place where what a convention gets is derived. */
  @ArchTest
  static final ArchRule onlyTheSessionAwaitsARun =
      noClasses()
          .that(are(not(equivalentTo(RunSession.class))))
          .should()
          .callMethod(Crew.class, "await", Duration.class);

  @ArchTest
  static final ArchRule onlyTheSessionMakesRequests =
      noClasses()
          .that(are(not(equivalentTo(RunSession.class))))
          .should()
          .callConstructorWhere(
              target(owner(equivalentTo(RunRequest.class))).as("it makes a RunRequest"));

  @ArchTest
  static final ArchRule onlyTheSessionMakesOptionsOfWasi =
      noClasses()
          .that(are(not(equivalentTo(RunSession.class))))
          .and(are(not(equivalentTo(WasiOptions.class))))
          .should()
          .callConstructorWhere(
              target(owner(equivalentTo(WasiOptions.class))).as("it makes WasiOptions"));

  private static ArchRule mayImport(String from, String... allowed) {
    String[] ours = packages(Stream.concat(Stream.of(from), Arrays.stream(allowed)));
    return noClasses()
        .that()
        .resideInAPackage(ROOT + from)
        .should()
        .dependOnClassesThat(
            resideInAPackage(ROOT + ".")
                .and(not(resideInAnyPackage(ours)))
                .and(not(equivalentTo(Internal.class))));
  }

  private static String[] packages(String... names) {
    return packages(Arrays.stream(names));
  }

  private static String[] packages(Stream<String> names) {
    return names.map(name -> ROOT + name).toArray(String[]::new);
  }
}
