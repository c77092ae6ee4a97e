package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Linkability;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.MissingFunctions;
import dev.wasmrun.guest.ShadowStacks;
import dev.wasmrun.guest.SystemClockAndRandomness;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.wasi.Wasi;
import dev.wasmrun.wasi.WasiOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The worker convention: see the package. */
public final class WorkerConvention implements Convention {
  private final WasiOptions options;
  private final UnaryOperator<Squad> company;
  private final Peer peer;

  /**
   * Creates the convention for one run.
   *
   * @param options what a module gets that imports WASI too
   */
  public WorkerConvention(WasiOptions options) {
    this(options, Peer.NONE);
  }

  /**
   * Creates the convention for one run whose guests exchange messages with a peer.
   *
   * @param options what a module gets that imports WASI too
   */
  public WorkerConvention(WasiOptions options, Peer peer) {
    this(options, UnaryOperator.identity(), peer);
  }

  /**
   * Creates the convention for one run in which the workers have company.
   *
   * @param options what a module gets that imports WASI too
   * @param company what takes the place of the squad of workers that share a memory, and passes
   *     everything on to it
   */
  public WorkerConvention(WasiOptions options, UnaryOperator<Squad> company) {
    this(options, company, Peer.NONE);
  }

  private WorkerConvention(WasiOptions options, UnaryOperator<Squad> company, Peer peer) {
    this.options = options;
    this.company = company;
    this.peer = peer;
  }

  @Override
  public List<String> obstacles(GuestModule module) {
    var obstacles =
        new ArrayList<>(Linkability.obstacles(module, completed(module, imaginedImports())));
    ShadowStacks.obstacle(module).ifPresent(obstacles::add);
    return List.copyOf(obstacles);
  }

  @Override
  public List<String> missing(GuestModule module) {
    return module.isLibrary() ? MissingFunctions.described(module, imaginedImports()) : List.of();
  }

  /** What the host provides, of which nothing is to be called. */
  private static List<HostFunction> imaginedImports() {
    List<HostFunction> functions =
        new ArrayList<>(
            HostImports.forListener(new RunListener() {}, new SystemClockAndRandomness()));
    try (var wasi = Wasi.create(WasiOptions.NOTHING)) {
      functions.addAll(wasi.functions());
    }
    return functions;
  }

  private static List<HostFunction> completed(GuestModule module, List<HostFunction> functions) {
    return module.isLibrary() ? MissingFunctions.completed(module, functions) : functions;
  }

  @Override
  public Crew.Body prepare(RunRequest request, Crew crew) {
    GuestModule module = request.module();
    if (request.invoke().isEmpty() && CommandRun.suits(module)) {
      return new CommandRun(request, request.link(imports(request, crew)), crew);
    }
    if (module.memory().filter(MemoryFacts::commonToThreads).isPresent()) {
      return team(request, crew);
    }
    if (request.threads() > 1 && module.memory().isPresent()) {
      request
          .listener()
          .noticed(
              "%s %s; each of the %s threads has its own (--share-memory shares it)"
                  .formatted(module.name(), whyNotShared(module), request.threads()));
    }
    return new SoloRuns(request, imports(request, crew), crew);
  }

  /**
   * Makes an instance, over a memory of its own, ready to be called from Java.
   *
   * @param crew what is to be released with the instance is given to it to close
   * @throws dev.wasmrun.guest.LinkException if the module cannot be linked
   * @throws dev.wasmrun.guest.GuestFailure if its start function does not return
   */
  public Guest open(RunRequest request, Crew crew) {
    GuestModule module = request.module();
    List<HostFunction> functions = MissingFunctions.completed(module, imports(request, crew));
    Linker linker = request.link(functions);
    Optional<LinearMemory> memory = request.createPrivateMemory(crew);
    memory.ifPresent(crew::closeAtEnd);
    Guest guest = linker.instantiate(memory, ActiveData.WRITE);
    guest.begin();
    return guest;
  }

  /** What the host provides: WASI only to a module that wants it, as it opens what it grants. */
  private List<HostFunction> imports(RunRequest request, Crew crew) {
    RunListener listener = crew.observers().told(request.listener());
    var functions = new ArrayList<>(request.hostFunctions());
    functions.addAll(HostImports.forCrew(listener, crew, peer));
    if (Wasi.isImportedBy(request.module())) {
      var wasi = Wasi.create(options, crew.clockAndRandomness());
      crew.closeAtEnd(wasi);
      functions.addAll(wasi.functions());
    }
    return completed(request.module(), functions);
  }

  private Crew.Body team(RunRequest request, Crew crew) {
    GuestModule module = request.module();
    var squad = new GuestSquad(request, imports(request, crew));
    Squad team = company.apply(squad); // what may fail comes before the memory
    LinearMemory memory = request.createMemory(crew);
    if (request.deadlockWatch()) {
      crew.watchForDeadlock(memory);
    }
    return new TeamRun(List.of(team), memory, crew, request.listener(), squad.printsValues());
  }

  private static String whyNotShared(GuestModule module) {
    return module.memory().orElseThrow().imported()
        ? "imports a memory that is not shared"
        : "defines its memory rather than importing one";
  }
}
