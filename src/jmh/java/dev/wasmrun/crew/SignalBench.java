package dev.wasmrun.crew;

import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.memory.MemoryView;
import dev.wasmrun.trace.Statistics;
import dev.wasmrun.trace.Trace;
import java.util.List;
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

/** What it costs to be listened to: a notify that finds nobody, and an atomic addition. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SignalBench {
  private static final int ADDRESS = 4096;

  /** Who listens to the memory. */
  public enum Listening {
    NOBODY,
    /** The tracer of every crew, while nobody records. */
    RECORDER_OFF,
    TRACE,
    STATISTICS;

    LinearMemory memory() {
      var type = new MemoryType(1, 1, true);
      var statistics = new Statistics();
      return switch (this) {
        case NOBODY -> LinearMemory.create(type);
        case RECORDER_OFF ->
            LinearMemory.create(type, List.of(new FlightTracer()), Optional.empty());
        case TRACE ->
            LinearMemory.create(
                type,
                List.of(new Trace("bench", Trace.USUAL_LIMIT), new FlightTracer()),
                Optional.empty());
        case STATISTICS ->
            LinearMemory.create(
                type, List.of(statistics, new FlightTracer()), statistics.atomicCounts());
      };
    }
  }

  @Param Listening listening;
  private MemoryView view;

  @Setup
  public void create() {
    view = MemoryView.of(listening.memory(), ActiveData.WRITE);
  }

  @Benchmark
  public int notifyNobody() {
    return view.atomicNotify(ADDRESS, 1);
  }

  @Benchmark
  public int add() {
    return view.atomicAddInt(ADDRESS, 1);
  }
}
