package dev.wasmrun.check;

import dev.wasmrun.convention.emscripten.EmscriptenConvention;
import dev.wasmrun.convention.wasi.WasiThreadsConvention;
import dev.wasmrun.convention.worker.WorkerConvention;
import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.WasiOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Whole runs of a guest, plain and checked: how many times slower a check is. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-XX:-DontCompileHugeMethods")
@Warmup(iterations = 8)
@Measurement(iterations = 7)
public class CheckBench {
  private static final int THREADS = 2;
  private static final int MAX_THREADS = 16;

  /** A module and its arguments, which make a plain run last for a tenth of a second or so. */
  @Param({
    "counter-c.wasm 500000",
    "mutex-c.wasm 100000",
    "life-c.wasm 256 256 40",
    "ring-buffer-c.wasm 20000",
    "happycoin.wasm 500000",
    "serialization-c.wasm",
    "happycoin-pthreads.wasm 500000"
  })
  String program;

  @Param Engine engine;

  @Param({"false", "true"})
  boolean checked;

  private GuestModule module;
  private RunRequest request;

  @Setup
  public void load() {
    List<String> words = List.of(program.split(" "));
    module = GuestModule.load(words.get(0));
    request =
        new RunRequest(
            module,
            engine,
            THREADS,
            Optional.empty(),
            words.subList(1, words.size()),
            MemoryLimit.NONE,
            true,
            new RunListener() {});
  }

  @Benchmark
  public Outcome run() throws InterruptedException {
    Outcome outcome = checked ? checkedRun() : plainRun();
    if (!(outcome instanceof Outcome.Finished) && !outcome.equals(new Outcome.Exited(0))) {
      throw new IllegalStateException(outcome.toString());
    }
    return outcome;
  }

  private Outcome plainRun() throws InterruptedException {
    var crew = new Crew(module.name(), 0, Optional.empty());
    crew.spawn("leader", convention().prepare(request, crew));
    return crew.await(null);
  }

  private Outcome checkedRun() throws InterruptedException {
    Check.Result result = Check.run(convention(), request, CheckOptions.of(module), null);
    if (!result.findings().isEmpty()) {
      throw new IllegalStateException(result.findings().toString());
    }
    return result.outcome();
  }

  private Convention convention() {
    var options =
        new WasiOptions(
            List.of(program.split(" ")),
            Map.of("WASM_RUN_THREADS", Integer.toString(THREADS)),
            WasiOptions.NOTHING.in(),
            WasiOptions.NOTHING.out(),
            WasiOptions.NOTHING.err(),
            List.of());
    return switch (module.convention()) {
      case WORKER -> new WorkerConvention(options);
      case WASI_THREADS -> new WasiThreadsConvention(options, MAX_THREADS);
      case EMSCRIPTEN -> new EmscriptenConvention(options, MAX_THREADS);
    };
  }
}
