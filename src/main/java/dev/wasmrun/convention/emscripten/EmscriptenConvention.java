package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.crew.WaitInsight;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Linkability;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.wasi.Wasi;
import dev.wasmrun.wasi.WasiOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The emscripten convention: see the package. */
public final class EmscriptenConvention implements Convention {
  private static final String MINIFIED =
      "its import names are minified, so that nothing tells what they mean; build it with -O2, or"
          + " with -O3 -sDECLARE_ASM_MODULE_EXPORTS=0, or with today's Emscripten to a .wasm file"
          + " (-o x.wasm)";

  private static final String NO_SHARED_MEMORY =
      "it does not import a shared memory; build it with -pthread";

  private final WasiOptions options;
  private final int maxThreads;

  /**
   * Creates the convention for one run.
   *
   * @param options what the program gets from outside; its first argument is the program's name
   * @param maxThreads how many threads the program may have at a time besides its first, at least 1
   */
  public EmscriptenConvention(WasiOptions options, int maxThreads) {
    this.options = options;
    this.maxThreads = maxThreads;
  }

  @Override
  public List<String> obstacles(GuestModule module) {
    if (module.hasMinifiedImports()) {
      return List.of(MINIFIED);
    }
    var obstacles = new ArrayList<String>();
    if (module.memory().filter(MemoryFacts::commonToThreads).isEmpty()) {
      obstacles.add(NO_SHARED_MEMORY);
    }
    if (entry(module) == null) {
      obstacles.add("it has no main: it exports none of _start, main and emscripten_proxy_main");
    }
    if (module.mixesConventions()) {
      obstacles.add(ConventionName.MIXED);
    }
    obstacles.addAll(missingExports(module));
    obstacles.addAll(
        Linkability.obstacles(module, new HostImports(module, Map.of(), List.of()).functions()));
    return List.copyOf(obstacles);
  }

  /** What a thread cannot be started without. */
  private static List<String> missingExports(GuestModule module) {
    var needed = new ArrayList<>(List.of(Names.STACK_SAVE, Names.STACK_RESTORE));
    needed.addAll(List.of(Names.THREAD_INIT, Names.THREAD_EXIT, Names.THREAD_FREE_DATA));
    if (Names.START.in(module) == null) {
      needed.addAll(List.of(Names.CONSTRUCTORS, Names.STACK_ALLOC));
    }
    String missing =
        needed.stream()
            .filter(names -> names.in(module) == null)
            .map(Names::toString)
            .collect(Collectors.joining(", "));
    return missing.isEmpty()
        ? List.of()
        : List.of(
            "it does not export %s, which a host needs to start its threads".formatted(missing));
  }

  @Override
  public List<String> missing(GuestModule module) {
    MemoryFacts declared = module.memory().orElse(null);
    if (declared == null || module.hasMinifiedImports()) {
      return List.of();
    }
    var nobody = new Crew(module.name());
    try (var memory = LinearMemory.create(new MemoryType(1, 1, true));
        var wasi = Wasi.create(WasiOptions.NOTHING)) {
      var throwing = new ThrowImports(module);
      var threads = new Pthreads(nobody, memory, maxThreads, throwing);
      Map<String, Import> library =
          library(nobody, module, wasi, memory, threads, new Ending(nobody), throwing);
      return new HostImports(module, library, wasi.functions()).missing();
    }
  }

  private Map<String, Import> library(
      Crew crew,
      GuestModule module,
      Wasi wasi,
      LinearMemory memory,
      Pthreads threads,
      Ending ending,
      ThrowImports throwing) {
    var library = new HashMap<String, Import>();
    library.putAll(new ThreadImports(threads, memory, ending).all());
    library.putAll(new EndImports(ending).all());
    library.putAll(throwing.all());
    library.putAll(new MemoryImports(memory, module.memory().orElseThrow()).all());
    library.putAll(new ClockImports(crew.circumstances()).all());
    library.putAll(new ConsoleImports(wasi.descriptors(), crew.circumstances()).all());
    library.putAll(
        new FileImports(wasi, new GuestPaths(options.directories()), stat(module)).all());
    return library;
  }

  private static String entry(GuestModule module) {
    for (Names names : List.of(Names.START, Names.PROXIED_MAIN, Names.MAIN)) {
      if (names.in(module) != null) {
        return names.in(module);
      }
    }
    return null;
  }

  @Override
  public Crew.Body prepare(RunRequest request, Crew crew) {
    GuestModule module = request.module();
    if (request.invoke().isPresent()) {
      throw new UsageException(
          "--invoke %s: %s is a program with a main of its own, which decides what is called"
              .formatted(request.invoke().get(), module.name()));
    }
    if (request.threads() > 1 && !module.mentions(THREADS_VARIABLE)) {
      throw new UsageException(
          "--threads %s: %s decides itself how many threads it starts and does not look at %s; give it the number as it expects it, for example as an argument"
              .formatted(request.threads(), module.name(), THREADS_VARIABLE));
    }
    List<String> obstacles = obstacles(module);
    if (!obstacles.isEmpty()) {
      throw new LinkException(
          "cannot run %s: %s".formatted(module.name(), String.join("; ", obstacles)));
    }
    LinearMemory memory = request.createMemory(crew);
    crew.closeAtEnd(memory);
    memory.reservation().shortcoming().ifPresent(request.listener()::noticed);
    request.listener().memoryCreated(memory);
    var wasi = Wasi.create(options, crew.circumstances());
    crew.closeAtEnd(wasi);
    var throwing = new ThrowImports(module);
    var threads = new Pthreads(crew, memory, maxThreads, throwing);
    crew.understandWaitsBy(new WaitInsight(threads::waitsInSlices, threads::holder));
    if (request.deadlockWatch()) {
      crew.watchForDeadlock(memory);
    }
    var ending = new Ending(crew);
    Map<String, Import> library = library(crew, module, wasi, memory, threads, ending, throwing);
    var imports = new HostImports(module, library, wasi.functions());
    var linker = request.link(imports.functions());
    return new EmscriptenRun(linker, memory, threads, ending, throwing, options.args());
  }

  /** Of the two generations of the C library, only the older has this import. */
  private static StatLayout stat(GuestModule module) {
    return module.imports().stream()
            .anyMatch(item -> item.name().equals("__emscripten_init_main_thread_js"))
        ? StatLayout.OF_3_1_6
        : StatLayout.TODAY;
  }
}
