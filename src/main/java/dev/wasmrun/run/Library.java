package dev.wasmrun.run;

import dev.wasmrun.convention.emscripten.EmscriptenConvention;
import dev.wasmrun.convention.worker.WorkerConvention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.WasiOptions;

/**
 * An instance of a module whose exports Java calls: it imports what a run of the module would be
 * provided, and a function that nobody has fails when it is called.
 *
 * <p>Used by one thread at a time.
 */
public final class Library implements AutoCloseable {
  private final Crew crew;
  private final Guest guest;

  private Library(Crew crew, Guest guest) {
    this.crew = crew;
    this.guest = guest;
  }

  /**
   * Makes an instance, whose start function and constructors run. What it prints goes to {@link
   * System#out} and {@link System#err}.
   *
   * @throws LinkException if the module cannot be linked, or starts threads
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
      return new Library(crew, instance(module, config, crew));
    } catch (Throwable e) {
      crew.abandon(); // the memory must go, whatever happened
      throw e;
    }
  }

  private static Guest instance(GuestModule module, RunConfig config, Crew crew) {
    RunRequest request = RunSession.request(module, config);
    WasiOptions options = RunSession.wasiOptions(module, config);
    ConventionName convention = config.convention().orElse(module.convention());
    return switch (convention) {
      case WORKER -> new WorkerConvention(options).open(request, crew);
      case EMSCRIPTEN ->
          new EmscriptenConvention(options, config.maxThreads())
              .open(
                  request,
                  crew,
                  body -> {
                    throw new LinkException(
                        "cannot open %s: it starts threads; call what it binds by CppLibraries, or run it"
                            .formatted(module.name()));
                  })
              .guest();
      case WASI_THREADS ->
          throw new LinkException(
              "cannot open %s: it is a program that starts threads, and has a _start of its own"
                  .formatted(module.name()));
    };
  }

  /** The instance: its exports and its memory, which is gone when the library is closed. */
  public Guest guest() {
    return guest;
  }

  /** Releases its memory and its files. */
  @Override
  public void close() {
    crew.abandon();
  }
}
