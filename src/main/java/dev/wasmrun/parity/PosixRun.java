package dev.wasmrun.parity;

import dev.wasmrun.convention.emscripten.EmscriptenConvention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.WasiOptions;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of a module with a main of its own, which starts its threads itself. */
final class PosixRun {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final Crew crew;

  /**
   * Starts the run.
   *
   * @param threads how many threads its environment asks for
   */
  PosixRun(GuestModule module, Engine engine, int threads, long[] args) {
    List<String> arguments = Arrays.stream(args).mapToObj(Long::toUnsignedString).toList();
    var all = new ArrayList<>(List.of(module.name()));
    all.addAll(arguments);
    var options =
        new WasiOptions(
            all,
            Map.of("WASM_RUN_THREADS", Integer.toString(threads)),
            InputStream.nullInputStream(),
            output,
            OutputStream.nullOutputStream(),
            List.of());
    var request =
        new RunRequest(
            module,
            engine,
            1,
            Optional.empty(),
            arguments,
            MemoryLimit.NONE,
            true,
            new RunListener() {});
    crew = new Crew(module.name());
    crew.spawn("leader", new EmscriptenConvention(options, threads).prepare(request, crew));
  }

  Outcome await(Duration limit) throws InterruptedException {
    return crew.await(limit);
  }

  /** What it has printed, once it has ended. */
  List<String> lines() {
    return output.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
