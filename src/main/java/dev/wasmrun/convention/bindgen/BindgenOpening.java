package dev.wasmrun.convention.bindgen;

import dev.wasmrun.Internal;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.LibraryThread;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.wasi.Wasi;
import dev.wasmrun.wasi.WasiOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes a {@link BindgenLibrary} ready to be called. */
@Internal
public final class BindgenOpening {
  /**
   * What makes an instance ready: in a module with threads its stack and thread-local variables.
   */
  private static final String START = "__wbindgen_start";

  private BindgenOpening() {}

  /**
   * Opens a library, with the threads of a request if it has threads.
   *
   * @param options what it gets of WASI, if it imports that
   * @param run runs the crew, whose first member it is given, beside the current thread
   * @throws LinkException if the module is none of wasm-bindgen, or cannot be linked
   * @throws dev.wasmrun.guest.GuestFailure if its start does not return
   */
  public static BindgenLibrary open(
      RunRequest request,
      WasiOptions options,
      Crew crew,
      Function<Crew.Body, CompletableFuture<Outcome>> run) {
    try {
      return ready(request, options, crew, run);
    } catch (RuntimeException e) {
      crew.abandon();
      throw e;
    }
  }

  private static BindgenLibrary ready(
      RunRequest request,
      WasiOptions options,
      Crew crew,
      Function<Crew.Body, CompletableFuture<Outcome>> run) {
    GuestModule module = request.module();
    if (!BindgenImports.isLibrary(module)) {
      throw new LinkException(
          "cannot open %s: it imports and exports nothing of wasm-bindgen"
              .formatted(module.name()));
    }
    var threads = new RayonThreads(crew);
    var imports =
        new BindgenImports(module, request.listener(), crew.clockAndRandomness(), threads);
    List<HostFunction> functions = new ArrayList<>(imports.functions());
    if (Wasi.isImportedBy(module)) {
      var wasi = Wasi.create(options, crew.clockAndRandomness());
      crew.closeAtEnd(wasi);
      functions.addAll(wasi.functions());
    }
    var linker = request.link(functions);
    Optional<LinearMemory> memory = memory(request, crew);
    Guest guest = linker.instantiate(memory, ActiveData.WRITE);
    boolean hasThreads = RayonThreads.are(module);
    LibraryThread thread = hasThreads ? new LibraryThread(crew, run) : null;
    Supplier<BindgenLibrary> start =
        () -> {
          begin(guest);
          if (hasThreads) {
            threads.start(guest, request.threads(), imports.objects(guest), BindgenOpening::begin);
          }
          return new BindgenLibrary(guest, imports, crew, thread);
        };
    return hasThreads ? onThread(thread, start) : start.get();
  }

  private static BindgenLibrary onThread(LibraryThread thread, Supplier<BindgenLibrary> start) {
    try {
      return thread.call(start);
    } catch (RuntimeException e) {
      thread.close();
      throw e;
    }
  }

  private static Optional<LinearMemory> memory(RunRequest request, Crew crew) {
    boolean shared = request.module().memory().filter(MemoryFacts::commonToThreads).isPresent();
    Optional<LinearMemory> memory =
        shared ? Optional.of(request.createMemory(crew)) : request.createPrivateMemory(crew);
    memory.ifPresent(crew::closeAtEnd);
    return memory;
  }

  /** An instance of a thread begins; the first writes the data for all. */
  private static void begin(Guest guest) {
    guest.start();
    if (guest.exportsFunction(START)) {
      int parameters = guest.module().exportedFunctions().get(START).params().size();
      guest.call(START, new long[parameters]); // 0 is the stack size that the linker was told
    }
  }
}
