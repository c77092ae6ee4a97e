package dev.wasmrun.guest;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntBinaryOperator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a call from Java costs, by the ways there are, of a guest that adds two numbers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CallBench {
  private Guest guest;
  private GuestFunction function;
  private IntBinaryOperator operator;
  private int number;

  @Setup
  public void instantiate() {
    guest =
        new Linker(GuestModule.load("add.wasm"), Engine.COMPILER, List.of())
            .instantiate(Optional.empty(), ActiveData.WRITE);
    function = guest.function("add");
    operator = function.as(IntBinaryOperator.class);
  }

  @Benchmark
  public long byName() {
    return guest.call("add", number++, 1)[0];
  }

  @Benchmark
  public long byFunction() {
    return function.call(number++, 1)[0];
  }

  @Benchmark
  public int byInterface() {
    return operator.applyAsInt(number++, 1);
  }
}
