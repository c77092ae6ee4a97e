package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Linkability;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.wasi.Wasi;
import dev.wasmrun.wasi.WasiOptions;
import java.util.ArrayList;
import java.util.List;

/** The worker convention: see the package. */
public final class WorkerConvention implements Convention {
  private final WasiOptions options;

  /**
   * Creates the convention for one run.
   *
   * @param options what a module gets that imports WASI too
   */
  public WorkerConvention(WasiOptions options) {
    this.options = options;
  }

  @Override
  public List<String> obstacles(GuestModule module) {
    List<HostFunction> functions = new ArrayList<>(HostImports.forListener(new RunListener() {}));
    try (var wasi = Wasi.create(WasiOptions.NOTHING)) {
      functions.addAll(wasi.functions());
    }
    var obstacles = new ArrayList<>(Linkability.obstacles(module, functions));
    if (!GuestSquad.canStackForEach(module)) {
      obstacles.add(GuestSquad.NO_STACK);
    }
    return List.copyOf(obstacles);
  }

  @Override
  public List<String> missing(GuestModule module) {
    return List.of();
  }

  @Override
  public Crew.Body prepare(RunRequest request, Crew crew) {
    GuestModule module = request.module();
    if (request.invoke().isEmpty() && CommandRun.suits(module)) {
      return new CommandRun(
          request, new Linker(module, request.engine(), imports(request, crew)), crew);
    }
    if (module.memory().filter(MemoryFacts::commonToThreads).isPresent()) {
      return team(request, crew);
    }
    if (request.threads() > 1 && module.memory().isPresent()) {
      request
          .listener()
          .noticed(
              "%s %s; each of the %d threads has its own"
                  .formatted(module.name(), whyNotShared(module), request.threads()));
    }
    return new SoloRuns(request, imports(request, crew), crew);
  }

  /** What the host provides: WASI only to a module that wants it, as it opens what it grants. */
  private List<HostFunction> imports(RunRequest request, Crew crew) {
    var functions = new ArrayList<>(HostImports.forListener(request.listener()));
    if (Wasi.isImportedBy(request.module())) {
      var wasi = Wasi.create(options);
      crew.closeAtEnd(wasi);
      functions.addAll(wasi.functions());
    }
    return functions;
  }

  private Crew.Body team(RunRequest request, Crew crew) {
    GuestModule module = request.module();
    var squad = new GuestSquad(request, imports(request, crew));
    LinearMemory memory =
        request.memoryLimit().create(module.name(), module.memory().orElseThrow());
    if (request.deadlockWatch()) {
      crew.watchForDeadlock(memory);
    }
    return new TeamRun(List.of(squad), memory, crew, request.listener(), squad.printsValues());
  }

  private static String whyNotShared(GuestModule module) {
    return module.memory().orElseThrow().imported()
        ? "imports a memory that is not shared"
        : "defines its memory rather than importing one";
  }
}
