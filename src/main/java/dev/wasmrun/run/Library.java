package dev.wasmrun.run;

import dev.wasmrun.convention.emscripten.EmscriptenConvention;
import dev.wasmrun.convention.emscripten.EmscriptenLibrary;
import dev.wasmrun.convention.worker.WorkerConvention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.WasiOptions;
import java.util.function.Function;

/**
 * An instance of a module whose exports Java calls: it imports what a run of the module would be
 * provided, and a function that nobody has fails when it is called.
 *
 * <p>Used by one thread at a time. A library of Emscripten that starts threads keeps them until it
 * is closed, and is called on a thread of its own.
 */
public final class Library implements AutoCloseable {
  private final Crew crew;
  private final Guest guest;

  /** The same as Emscripten's convention has it; null in another convention. */
  private final EmscriptenLibrary library;

  private Library(Crew crew, Guest guest, EmscriptenLibrary library) {
    this.crew = crew;
    this.guest = guest;
    this.library = library;
  }

  /**
   * Makes an instance, whose start function and constructors run. What it prints goes to {@link
   * System#out} and {@link System#err}.
   *
   * @throws LinkException if the module cannot be linked
   * @throws dev.wasmrun.guest.GuestFailure if its start function or a constructor does not return
   */
  public static Library open(GuestModule module) {
    return open(module, RunConfig.builder().out(System.out).err(System.err).build());
  }

  /**
   * Like {@link #open(GuestModule)}, as a configuration says: its convention, engine, host
   * functions, limits, arguments, environment, directories and streams.
   */
  public static Library open(GuestModule module, RunConfig config) {
    Crew crew = RunSession.crew(module.name(), config);
    try {
      return opened(module, config, crew);
    } catch (Throwable e) {
      crew.abandon(); // the memory must go, whatever happened
      throw e;
    }
  }

  private static Library opened(GuestModule module, RunConfig config, Crew crew) {
    RunRequest request = RunSession.request(module, config);
    WasiOptions options = RunSession.wasiOptions(module, config);
    ConventionName convention = config.convention().orElse(module.convention());
    return switch (convention) {
      case WORKER -> new Library(crew, new WorkerConvention(options).open(request, crew), null);
      case EMSCRIPTEN -> {
        EmscriptenLibrary library =
            new EmscriptenConvention(options, config.maxThreads())
                .open(request, crew, body -> RunSession.beside(module, crew, body));
        yield new Library(crew, library.guest(), library);
      }
      case WASI_THREADS ->
          throw new LinkException(
              "cannot open %s: it is a program that starts threads, and has a _start of its own"
                  .formatted(module.name()));
    };
  }

  /**
   * The instance: its exports and its memory, which is gone when the library is closed. One that
   * starts threads is called by {@link #apply} only.
   */
  public Guest guest() {
    return guest;
  }

  /**
   * Does something with the instance, such as calling its exports, on the thread that calls it: one
   * of the library's if it starts threads, else the current one.
   *
   * @throws dev.wasmrun.guest.GuestFailure if a call does not return or, of a library that starts
   *     threads, if another of its threads fails before it returns
   */
  public <T> T apply(Function<Guest, T> work) {
    return library == null ? work.apply(guest) : library.apply(work);
  }

  /** Ends its threads, and releases its memory and its files. */
  @Override
  public void close() {
    if (library == null) {
      crew.abandon();
    } else {
      library.close();
    }
  }
}
