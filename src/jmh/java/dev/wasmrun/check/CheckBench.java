package dev.wasmrun.check;

import dev.wasmrun.crew.Outcome;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.run.RunConfig;
import java.util.List;
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
  private RunConfig config;

  @Setup
  public void load() {
    List<String> words = List.of(program.split(" "));
    module = GuestModule.load(words.get(0));
    config =
        RunConfig.builder()
            .engine(engine)
            .threads(THREADS)
            .maxThreads(MAX_THREADS)
            .args(words.subList(1, words.size()))
            .build();
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
    return ModuleRun.of(module, config).run().outcome();
  }

  private Outcome checkedRun() throws InterruptedException {
    Check.Result result = Check.of(module, config).run();
    if (!result.findings().isEmpty()) {
      throw new IllegalStateException(result.findings().toString());
    }
    return result.run().outcome();
  }
}
