package dev.wasmrun.convention.emscripten;

import dev.wasmrun.Internal;
import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.LibraryThread;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.crew.WaitInsight;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestThrown;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Linkability;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.Feature;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.module.Minification;
import dev.wasmrun.module.ShownNames;
import dev.wasmrun.wasi.Wasi;
import dev.wasmrun.wasi.WasiOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The emscripten convention: see the package. */
@Internal
public final class EmscriptenConvention implements Convention {
  private static final String MINIFIED =
      "its import names are minified, and %s; name the JavaScript that belongs to it with --names, or build it with -O2, or with -O3 -sDECLARE_ASM_MODULE_EXPORTS=0, or with today's Emscripten to a .wasm file (-o x.wasm)";

  private static final String NO_MAIN =
      "it has no main: it exports none of _start, main and emscripten_proxy_main";

  private static final String WIDE_ADDRESSES =
      "its addresses have 64 bits, for which this host has no library of Emscripten's; build it without -sMEMORY64";

  private static final String NO_SHARED_MEMORY =
      "it does not import a shared memory; build it with -pthread";

  private static final String OWN_FILES =
      "%s keeps its files in its own memory (-sWASMFS) and sees nothing of the directories that --dir grants; build it without -sWASMFS";

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
    if (module.features().contains(Feature.MEMORY64)) {
      return List.of(WIDE_ADDRESSES);
    }
    if (module.hasMinifiedImports() && !knowsExports(module)) {
      return List.of(MINIFIED.formatted(unknownNames(module)));
    }
    var obstacles = new ArrayList<String>();
    if (module.memory().isEmpty()) {
      obstacles.add("it has no memory");
    }
    if (startsThreads(module)) {
      if (module.memory().filter(MemoryFacts::commonToThreads).isEmpty()) {
        obstacles.add(NO_SHARED_MEMORY);
      }
      obstacles.addAll(missingExports(module));
    }
    if (module.mixesConventions()) {
      obstacles.add(ConventionName.MIXED);
    }
    obstacles.addAll(
        Linkability.obstacles(
            module, new EmscriptenImports(module, Map.of(), List.of()).functions()));
    return List.copyOf(obstacles);
  }

  /** Whether some of what it exports can be called by name, if not all that it imports is known. */
  private static boolean knowsExports(GuestModule module) {
    return Minification.of(module).filter(names -> !names.exports().isEmpty()).isPresent();
  }

  private static String unknownNames(GuestModule module) {
    Minification names = Minification.of(module).orElseThrow();
    return names
        .file()
        .map(
            file ->
                "%s does not tell those of %s".formatted(file, ShownNames.list(names.unknown())))
        .orElse("no .js file beside it tells what they were");
  }

  /** Whether it was built with {@code -pthread}; if not, it may be a library, too. */
  private static boolean startsThreads(GuestModule module) {
    return module.imports().stream().anyMatch(item -> item.name().equals("__pthread_create_js"));
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
    if (declared == null || module.hasMinifiedImports() && !knowsExports(module)) {
      return List.of();
    }
    return withLibrary(
        module,
        (library, wasi) -> new EmscriptenImports(module, library, wasi.functions()).missing());
  }

  /** The names of the imports that the host has for a module. */
  Set<String> provided(GuestModule module) {
    return withLibrary(
        module,
        (library, wasi) -> {
          var names = new TreeSet<>(library.keySet());
          wasi.functions().forEach(function -> names.add(function.name()));
          return names;
        });
  }

  /** Makes something of what a module would be provided, of which nothing is to be called. */
  private <T> T withLibrary(GuestModule module, BiFunction<Map<String, Import>, Wasi, T> made) {
    var nobody = new Crew(module.name());
    try (var memory = LinearMemory.create(new MemoryType(1, 1, true));
        var wasi = Wasi.create(WasiOptions.NOTHING)) {
      var throwing = new ThrowImports(module);
      var loops = new EventLoops(nobody.clockAndRandomness(), false);
      var threads = new Pthreads(nobody, memory, maxThreads, throwing, loops);
      Map<String, Import> library =
          library(
              nobody,
              module,
              wasi,
              memory,
              threads,
              loops,
              new Ending(nobody),
              throwing,
              bindings(module),
              notice -> {});
      return made.apply(library, wasi);
    }
  }

  private Map<String, Import> library(
      Crew crew,
      GuestModule module,
      Wasi wasi,
      LinearMemory memory,
      Pthreads threads,
      EventLoops loops,
      Ending ending,
      ThrowImports throwing,
      Bindings bindings,
      Consumer<String> notices) {
    var age = LibraryAge.of(module);
    var library = new HashMap<String, Import>();
    library.putAll(new ThreadImports(threads, memory, ending, loops).all());
    library.putAll(new EndImports(ending, loops).all());
    library.putAll(throwing.all());
    library.putAll(new MemoryImports(memory, module.memory().orElseThrow()).all());
    var clock = new ClockImports(crew.clockAndRandomness());
    library.putAll(clock.all());
    library.putAll(new LoopImports(loops, clock::now).all());
    library.putAll(new MathImports(crew.clockAndRandomness()).all());
    library.putAll(new UuidImports(crew.clockAndRandomness()).all());
    library.putAll(new DebugImports(module.name()).all());
    library.putAll(new StackImports(module).all());
    library.putAll(new AsmConstImports(module).all());
    library.putAll(
        new CalendarImports(module, throwing, zone(), age == LibraryAge.NARROW_TIMES).all());
    var console = new ConsoleImports(wasi.descriptors(), crew.clockAndRandomness());
    library.putAll(console.all());
    library.putAll(new BindingImports(bindings).all());
    library.putAll(new ValueImports(module, bindings, new GlobalScope(console::line)).all());
    library.putAll(new FileImports(wasi, new GuestPaths(options.directories()), age.stat()).all());
    library.putAll(new OwnFilesImports(wasi.descriptors()).all());
    library.putAll(new NetworkImports(notices).all());
    var mappings = new MappingImports(wasi, memory, age);
    crew.closeAtEnd(mappings);
    library.putAll(mappings.all());
    var signals = new SignalImports(crew, threads);
    crew.closeAtEnd(signals);
    library.putAll(signals.all());
    return library;
  }

  private static Bindings bindings(GuestModule module) {
    return new Bindings(ValueHandles.of(module));
  }

  private LocalZone zone() {
    return LocalZone.of(options.environment().get("TZ"));
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
    if (request.threads() > 1 && !module.mentions(THREADS_VARIABLE)) {
      throw new UsageException(
          "--threads %s: %s decides itself how many threads it starts and does not look at %s; give it the number as it expects it, for example as an argument"
              .formatted(request.threads(), module.name(), THREADS_VARIABLE));
    }
    var obstacles = new ArrayList<>(obstacles(module));
    if (obstacles.isEmpty() && request.invoke().isEmpty() && module.hasMinifiedImports()) {
      obstacles.add(MINIFIED.formatted(unknownNames(module)));
    }
    if (!obstacles.isEmpty()) {
      throw new LinkException(
          "cannot run %s: %s".formatted(module.name(), String.join("; ", obstacles)));
    }
    if (request.invoke().isEmpty() && entry(module) == null) {
      throw new UsageException(
          "cannot run %s: %s; name what to call with --invoke".formatted(module.name(), NO_MAIN));
    }
    LinearMemory memory = request.createMemory(crew);
    crew.closeAtEnd(memory);
    memory.reservation().shortcoming().ifPresent(request.listener()::noticed);
    request.listener().memoryCreated(memory);
    var wasi = Wasi.create(options, crew.clockAndRandomness());
    crew.closeAtEnd(wasi);
    if (!options.directories().isEmpty() && OwnFilesImports.has(module)) {
      request.listener().noticed(OWN_FILES.formatted(module.name()));
    }
    var throwing = new ThrowImports(module);
    var loops = new EventLoops(crew.clockAndRandomness(), false);
    var threads = new Pthreads(crew, memory, maxThreads, throwing, loops);
    crew.understandWaitsBy(new WaitInsight(threads::waitsInSlices, threads::holder));
    if (request.deadlockWatch()) {
      crew.watchForDeadlock(memory);
    }
    var ending = new Ending(crew);
    var bindings = bindings(module);
    Map<String, Import> library =
        library(
            crew,
            module,
            wasi,
            memory,
            threads,
            loops,
            ending,
            throwing,
            bindings,
            notice -> request.listener().noticed(module.name() + ": " + notice));
    var imports = new EmscriptenImports(module, library, wasi.functions());
    var linker = request.link(imports.functions());
    var run = new EmscriptenRun(linker, memory, threads, ending, throwing, loops, options.args());
    return request.invoke().isEmpty()
        ? run
        : () -> run.invoke(request, bindings, startsThreads(module));
  }

  /**
   * Makes a library ready to be called from Java: on the thread that calls or, if it starts
   * threads, on one of the crew's, so that the end of any of them ends a call that waits for it.
   *
   * @param run runs the crew, whose first member it is given, beside the current thread
   * @throws LinkException if the module cannot be linked
   */
  public EmscriptenLibrary open(
      RunRequest request, Crew crew, Function<Crew.Body, CompletableFuture<Outcome>> run) {
    GuestModule module = request.module();
    List<String> obstacles = obstacles(module);
    if (!obstacles.isEmpty()) {
      throw new LinkException(
          "cannot open %s: %s".formatted(module.name(), String.join("; ", obstacles)));
    }
    LinearMemory memory = request.createMemory(crew);
    crew.closeAtEnd(memory);
    var wasi = Wasi.create(options, crew.clockAndRandomness());
    crew.closeAtEnd(wasi);
    var throwing = new ThrowImports(module);
    var loops = new EventLoops(crew.clockAndRandomness(), true);
    var threads = new Pthreads(crew, memory, maxThreads, throwing, loops);
    var bindings = bindings(module);
    Map<String, Import> library =
        library(
            crew,
            module,
            wasi,
            memory,
            threads,
            loops,
            new Ending(crew),
            throwing,
            bindings,
            notice -> request.listener().noticed(module.name() + ": " + notice));
    var imports = new EmscriptenImports(module, library, wasi.functions());
    var linker = request.link(imports.functions());
    if (startsThreads(module)) {
      bindings.callOn(new LibraryThread(crew, run));
    }
    try {
      return bindings.on(
          () ->
              ready(
                  linker.instantiate(Optional.of(memory), ActiveData.WRITE),
                  threads,
                  bindings,
                  throwing,
                  crew));
    } catch (RuntimeException e) {
      bindings.end(crew);
      throw e;
    }
  }

  private static EmscriptenLibrary ready(
      Guest guest, Pthreads threads, Bindings bindings, ThrowImports throwing, Crew crew) {
    try {
      EmscriptenRun.initialize(guest, threads, bindings);
    } catch (GuestThrown e) {
      throw throwing.uncaught(guest, e);
    }
    return new EmscriptenLibrary(guest, bindings, throwing, crew);
  }
}
