package dev.wasmrun.convention.wasi;

import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Linkability;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.module.Signature;
import dev.wasmrun.wasi.Wasi;
import dev.wasmrun.wasi.WasiOptions;
import java.util.ArrayList;
import java.util.List;

/** The wasi-threads convention: see the package. */
public final class WasiThreadsConvention implements Convention {
  private static final Signature MAIN_TYPE = new Signature(List.of(), List.of());
  private static final long PATIENCE_MILLIS = 100;

  private final WasiOptions options;
  private final int maxThreads;

  /**
   * Creates the convention for one run.
   *
   * @param options what the program gets from outside; its first argument is the program's name
   * @param maxThreads how many threads the program may have at a time besides its first, at least 1
   */
  public WasiThreadsConvention(WasiOptions options, int maxThreads) {
    this.options = options;
    this.maxThreads = maxThreads;
  }

  @Override
  public List<String> obstacles(GuestModule module) {
    List<HostFunction> functions = new ArrayList<>();
    functions.add(WasiThreads.spawn((caller, args) -> args)); // never called
    try (var wasi = Wasi.create(WasiOptions.NOTHING)) {
      functions.addAll(wasi.functions());
    }
    var obstacles = new ArrayList<>(shortcomings(module));
    obstacles.addAll(Linkability.obstacles(module, functions));
    return List.copyOf(obstacles);
  }

  @Override
  public List<String> missing(GuestModule module) {
    return List.of();
  }

  @Override
  public Crew.Body prepare(RunRequest request, Crew crew) {
    GuestModule module = request.module();
    if (request.invoke().isPresent()) {
      throw new UsageException(
          "--invoke %s: %s is a program with a _start of its own, which decides what is called"
              .formatted(request.invoke().get(), module.name()));
    }
    List<String> shortcomings = shortcomings(module);
    if (!shortcomings.isEmpty()) {
      throw new LinkException(
          "cannot run %s by the convention wasi-threads: %s"
              .formatted(module.name(), String.join("; ", shortcomings)));
    }
    LinearMemory memory = request.createMemory(crew);
    crew.closeAtEnd(memory);
    var ids = new ThreadIds(maxThreads, ThreadIds.HIGHEST, PATIENCE_MILLIS);
    var threads = new WasiThreads(crew, memory, ids);
    var wasi = Wasi.create(options, crew.clockAndRandomness());
    crew.closeAtEnd(wasi);
    List<HostFunction> functions = new ArrayList<>(wasi.functions());
    functions.add(threads.spawn());
    threads.link(request.link(functions));
    memory.reservation().shortcoming().ifPresent(request.listener()::noticed);
    request.listener().memoryCreated(memory);
    if (request.deadlockWatch()) {
      crew.watchForDeadlock(memory);
    }
    return threads;
  }

  /** What the module lacks of the convention, each a clause that can follow "because". */
  private static List<String> shortcomings(GuestModule module) {
    var shortcomings = new ArrayList<String>();
    if (module.memory().filter(MemoryFacts::commonToThreads).isEmpty()) {
      shortcomings.add(
          "it does not import a shared memory; link it with --import-memory --shared-memory");
    }
    if (module.mixesConventions()) {
      shortcomings.add(ConventionName.MIXED);
    }
    requireExport(module, WasiThreads.MAIN, MAIN_TYPE, shortcomings);
    requireExport(module, WasiThreads.THREAD, WasiThreads.THREAD_TYPE, shortcomings);
    return shortcomings;
  }

  private static void requireExport(
      GuestModule module, String name, Signature wanted, List<String> shortcomings) {
    Signature found = module.exportedFunctions().get(name);
    if (found == null) {
      shortcomings.add("it exports no function %s %s".formatted(name, wanted));
    } else if (!found.equals(wanted)) {
      shortcomings.add("its export %s is %s; it must be %s".formatted(name, found, wanted));
    }
  }
}
