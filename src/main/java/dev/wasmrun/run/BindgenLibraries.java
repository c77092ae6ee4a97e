package dev.wasmrun.run;

import dev.wasmrun.convention.bindgen.BindgenLibrary;
import dev.wasmrun.convention.bindgen.BindgenOpening;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.TimeLimit;
import dev.wasmrun.module.GuestModule;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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
        body -> running(module, crew, body));
  }

  /** Runs a crew on a thread beside the current one; the future is how it ends. */
  private static CompletableFuture<Outcome> running(GuestModule module, Crew crew, Crew.Body body) {
    var session = RunSession.atOnce(crew, TimeLimit.fromNow(Optional.empty()), prepared -> body);
    var end = new CompletableFuture<Outcome>();
    var waiter =
        new Thread(
            () -> {
              try {
                end.complete(session.run());
              } catch (InterruptedException | RuntimeException e) {
                end.completeExceptionally(e);
              }
            },
            module.name() + "#end");
    waiter.setDaemon(true);
    waiter.start();
    return end;
  }
}
