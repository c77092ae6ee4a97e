package dev.wasmrun.convention.bindgen;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ValueType;
import java.util.Arrays;
import java.util.Set;

/**
 * The threads of wasm-bindgen-rayon: what its JavaScript does with web workers.
 *
 * <pre>
 *   initThreadPool(n) ─▶ import startWorkers(…, builder) ─▶ returns a promise
 *   then, per thread:    an instance, begun, wbg_rayon_start_worker(receiver), until the end
 *   then:                builder.build() waits until all of them run
 * </pre>
 */
final class RayonThreads {
  private static final String INITIALIZE = "initThreadPool";
  private static final String CLASS = "wbg_rayon_poolbuilder_";
  private static final String RUN = "wbg_rayon_start_worker";
  private static final String FREE = "__wbg_wbg_rayon_poolbuilder_free";

  private final Crew crew;

  /** The address of the builder that was asked to be built; 0 if none was. */
  private int builder;

  RayonThreads(Crew crew) {
    this.crew = crew;
  }

  /** Whether a module has such threads; others may start theirs by a function of the same name. */
  static boolean are(GuestModule module) {
    return module.exportedFunctions().keySet().containsAll(Set.of(INITIALIZE, RUN));
  }

  /** The guest asks for the threads of a builder, on the thread that calls it. */
  void ask(int address) {
    builder = address;
  }

  /**
   * Starts threads.
   *
   * @param guest which calls the library's functions; it is in no call
   * @param starting makes a new instance ready on its thread
   */
  void start(Guest guest, int threads, HostObjects objects, Starting starting) {
    long[] promise = guest.call(INITIALIZE, threads);
    if (guest.module().exportedFunctions().get(INITIALIZE).results().stream()
        .noneMatch(type -> type == ValueType.REF)) {
      objects.drop((int) promise[0]);
    }
    if (builder == 0) {
      return;
    }
    int count = (int) guest.call(CLASS + "numThreads", builder)[0];
    int receiver = (int) guest.call(CLASS + "receiver", builder)[0];
    for (int i = 0; i < count; i++) {
      crew.spawn(
          Integer.toString(i),
          () -> {
            Guest worker = guest.sibling();
            starting.begin(worker);
            worker.call(RUN, receiver);
          });
    }
    guest.call(CLASS + "build", builder);
    if (guest.exportsFunction(FREE)) {
      int parameters = guest.module().exportedFunctions().get(FREE).params().size();
      guest.call(FREE, Arrays.copyOf(new long[] {builder}, parameters));
    }
    builder = 0;
  }

  /** What makes an instance ready. */
  interface Starting {
    void begin(Guest guest);
  }
}
