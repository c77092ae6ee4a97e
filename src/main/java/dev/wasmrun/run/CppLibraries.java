package dev.wasmrun.run;

import dev.wasmrun.convention.emscripten.EmscriptenConvention;
import dev.wasmrun.convention.emscripten.EmscriptenLibrary;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.module.GuestModule;

/** The libraries in C++ that {@code emcc --bind} has built, to be called from Java. */
public final class CppLibraries {
  private CppLibraries() {}

  /**
   * Loads a library, whose constructors run. What it prints goes to {@link System#out} and {@link
   * System#err}.
   *
   * @throws dev.wasmrun.guest.LinkException if the module cannot be linked
   * @throws dev.wasmrun.guest.GuestFailure if a constructor does not return
   */
  public static EmscriptenLibrary open(GuestModule module) {
    return open(module, RunConfig.builder().out(System.out).err(System.err).build());
  }

  /**
   * Like {@link #open(GuestModule)}, as a configuration says: its engine, memory limit, arguments,
   * environment, directories, streams, and the most threads that it may start.
   */
  public static EmscriptenLibrary open(GuestModule module, RunConfig config) {
    Crew crew = RunSession.crew(module.name(), config);
    return new EmscriptenConvention(RunSession.wasiOptions(module, config), config.maxThreads())
        .open(
            RunSession.request(module, config),
            crew,
            body -> RunSession.beside(module, crew, body));
  }
}
