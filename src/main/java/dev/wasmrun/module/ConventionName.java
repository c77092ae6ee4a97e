package dev.wasmrun.module;

import java.util.Locale;

/** How a module expects threads to come about, as its imports and exports tell. */
public enum ConventionName {
  /** The host starts the threads: it calls {@code work} in each of N instances. */
  WORKER,
  /** The guest starts threads through the import {@code wasi.thread-spawn}. */
  WASI_THREADS,
  /** The guest starts threads through Emscripten's pthread imports. */
  EMSCRIPTEN;

  /** Why a module cannot run that asks for threads in two ways, as a clause. */
  public static final String MIXED =
      "it imports both wasi.thread-spawn and env.__pthread_create_js, of which a module can use one: build it with one toolchain";

  /** The name as users write it: {@code worker}, {@code wasi-threads}, {@code emscripten}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
