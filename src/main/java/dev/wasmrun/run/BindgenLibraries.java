package dev.wasmrun.run;

import dev.wasmrun.convention.bindgen.BindgenLibrary;
import dev.wasmrun.convention.bindgen.BindgenOpening;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.module.GuestModule;

/** The libraries in Rust that wasm-bindgen has built, to be called from Java. */
public final class BindgenLibraries {
  private BindgenLibraries() {}

  /**
   * Loads a library, which starts. What it prints to its console goes to {@link System#out}, its
   * warnings and errors to {@link System#err}.
   *
   * @throws dev.wasmrun.guest.LinkException if the module cannot be linked, or is none of
   *     wasm-bindgen
   * @throws dev.wasmrun.guest.GuestFailure if its start does not return
   */
  public static BindgenLibrary open(GuestModule module) {
    return open(module, RunConfig.builder().listener(new SystemStreams()).build());
  }

  /**
   * Like {@link #open(GuestModule)}, as a configuration says: on how many threads, if it has
   * rayon's, its engine, memory limit, host functions, which go before those that wasm-bindgen has,
   * and its listener, who is told what it prints.
   */
  public static BindgenLibrary open(GuestModule module, RunConfig config) {
    Crew crew = RunSession.crew(module.name(), config);
    return BindgenOpening.open(
        RunSession.request(module, config),
        RunSession.wasiOptions(module, config),
        crew,
        body -> RunSession.beside(module, crew, body));
  }
}
