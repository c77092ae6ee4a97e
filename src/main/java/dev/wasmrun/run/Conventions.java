package dev.wasmrun.run;

import dev.wasmrun.Internal;
import dev.wasmrun.convention.emscripten.EmscriptenConvention;
import dev.wasmrun.convention.wasi.WasiThreadsConvention;
import dev.wasmrun.convention.worker.WorkerConvention;
import dev.wasmrun.crew.Convention;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.wasi.WasiOptions;

/** The conventions by name. */
@Internal
public final class Conventions {
  private Conventions() {}

  /**
   * The convention for one run.
   *
   * @param options what the guest gets from outside
   * @param maxThreads the most threads that a guest may have at a time
   */
  public static Convention of(ConventionName name, WasiOptions options, int maxThreads) {
    return switch (name) {
      case WORKER -> new WorkerConvention(options);
      case WASI_THREADS -> new WasiThreadsConvention(options, maxThreads);
      case EMSCRIPTEN -> new EmscriptenConvention(options, maxThreads);
    };
  }
}
