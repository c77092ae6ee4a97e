package dev.wasmrun.check.schedule;

import dev.wasmrun.check.schedule.JavaThreads.Work;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What controlled runs cost: runs, steps and switches in a second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ScheduleBench {
  private static final int STEPS = 20_000;
  private static final int RUNS = 100;

  /** What was done. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Counted {
    public long runs;
    public long steps;
    public long switches;

    /** Each iteration counts from 0. */
    @Setup(Level.Iteration)
    public void reset() {
      runs = 0;
      steps = 0;
      switches = 0;
    }
  }

  @Param({"2", "3", "4"})
  int threads;

  private final GuestModule counter = GuestModule.load("counter.wasm");
  private long seed;

  /** After each step it is the next one's turn. */
  private static int next(Situation now) {
    int[] enabled = now.enabled();
    for (int agent : enabled) {
      if (agent > now.current()) {
        return agent;
      }
    }
    return enabled[0];
  }

  /** Java threads that switch at every step. */
  @Benchmark
  public void switching(Counted counted) throws InterruptedException {
    Work work =
        (memory, output) -> {
          for (int i = 0; i < STEPS; i++) {
            memory.getAndAddInt(0, 1);
          }
        };
    var works = new Work[threads];
    Arrays.fill(works, work);
    var settings =
        new Settings(
            SwitchPoints.ALL, false, Integer.MAX_VALUE, Duration.ofMinutes(1), 0, Optional.empty());
    try (var runner = new ScheduleRunner(JavaThreads.of(works), settings, RaceWatch.NOBODY)) {
      Run run = runner.run(ScheduleBench::next, Journal.Scope.CHOICES);
      counted.switches += run.switches();
    }
  }

  /** Short runs of a guest under random schedules. */
  @Benchmark
  public void exploring(Counted counted) throws InterruptedException {
    Exploration exploration =
        Schedules.of(counter).threads(threads).args("2").random(RUNS).seed(seed).explore();
    seed += RUNS;
    counted.runs += exploration.runs();
    counted.steps += exploration.steps();
    counted.switches += exploration.switches();
  }
}
