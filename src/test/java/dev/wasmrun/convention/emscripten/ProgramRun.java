package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.source.SourceFrame;
import dev.wasmrun.wasi.DirectoryGrant;
import dev.wasmrun.wasi.WasiOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A run of a program, from its arguments to what it printed and how it ended. */
final class ProgramRun {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private final GuestModule module;
  private Engine engine = Engine.COMPILER;
  private int maxThreads = 64;
  private Duration limit = LIMIT;
  private boolean deadlockWatch = true;
  private MemoryLimit memoryLimit = MemoryLimit.NONE;
  private Map<String, String> environment = Map.of();
  private List<DirectoryGrant> directories = List.of();
  private String input = "";

  private ProgramRun(GuestModule module) {
    this.module = module;
  }

  static ProgramRun of(GuestModule module) {
    return new ProgramRun(module);
  }

  ProgramRun on(Engine chosen) {
    engine = chosen;
    return this;
  }

  ProgramRun withThreads(int most) {
    maxThreads = most;
    return this;
  }

  /** Lets it wait for ever, but not longer than this. */
  ProgramRun withoutDeadlockWatch(Duration most) {
    deadlockWatch = false;
    limit = most;
    return this;
  }

  ProgramRun within(Duration most) {
    limit = most;
    return this;
  }

  ProgramRun withMemory(MemoryLimit limit) {
    memoryLimit = limit;
    return this;
  }

  ProgramRun withEnvironment(Map<String, String> variables) {
    environment = variables;
    return this;
  }

  ProgramRun withDirectory(DirectoryGrant grant) {
    directories = List.of(grant);
    return this;
  }

  ProgramRun withInput(String text) {
    input = text;
    return this;
  }

  Result run(String... args) throws InterruptedException {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var arguments = new ArrayList<>(List.of(module.name()));
    arguments.addAll(List.of(args));
    var options =
        new WasiOptions(
            arguments,
            environment,
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            err,
            directories);
    var crew = new Crew(module.name());
    var request =
        new RunRequest(
            module,
            engine,
            1,
            Optional.empty(),
            List.of(args),
            memoryLimit,
            TableLimit.DEFAULT,
            deadlockWatch,
            new RunListener() {},
            List.of(),
            false);
    crew.spawn("main", new EmscriptenConvention(options, maxThreads).prepare(request, crew));
    Outcome outcome = crew.await(limit);
    return new Result(
        outcome,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8),
        crew.running(),
        names(crew.interruptedAt()));
  }

  private static Map<String, List<String>> names(Map<String, List<SourceFrame>> frames) {
    var names = new TreeMap<String, List<String>>();
    frames.forEach(
        (thread, active) -> names.put(thread, active.stream().map(SourceFrame::function).toList()));
    return names;
  }

  /**
   * How a run ended.
   *
   * @param running names of threads that did not stop
   * @param interruptedAt the functions that its end met in progress, by thread
   */
  record Result(
      Outcome outcome,
      String out,
      String err,
      List<String> running,
      Map<String, List<String>> interruptedAt) {
    /** The exit code; -1 if the program did not exit. */
    int exitCode() {
      return outcome instanceof Outcome.Exited exited ? exited.code() : -1;
    }
  }
}
