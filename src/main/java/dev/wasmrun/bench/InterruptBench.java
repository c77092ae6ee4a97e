package dev.wasmrun.bench;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Measures how soon an interrupt ends guest code that would run for ever.
 *
 * <p>The code runs on a thread of its own for a twentieth of a second; then that is interrupted and
 * awaited, again and again in one instance. The first interrupts do not count: meanwhile HotSpot
 * compiles the code, also its way out.
 */
public final class InterruptBench {
  private static final String MODULE = "endless.wasm";
  private static final long MILLIS_BEFORE = 50;
  private static final long SECONDS_AFTER = 10;

  /** What the code is, by the export that is it. */
  private static final Map<String, String> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("touch", "a loop over memory");
    KINDS.put("spin", "an empty loop");
    KINDS.put("count", "a counting loop in an endless one");
    KINDS.put("fibonacci", "a recursion");
  }

  private final int runs;
  private final int warmUps;
  private final Consumer<InterruptMeasurement> measurements;

  /**
   * Creates a benchmark.
   *
   * @param runs how many interrupts of each kind of code count, at least 1
   * @param warmUps how many come before, at least 0
   * @param measurements told of each result as soon as there is one
   * @throws IllegalArgumentException if no run counts, or fewer than none come before
   */
  public InterruptBench(int runs, int warmUps, Consumer<InterruptMeasurement> measurements) {
    Plan.requireCounts(runs, warmUps);
    this.runs = runs;
    this.warmUps = warmUps;
    this.measurements = measurements;
  }

  /** The longest name of a kind of code, in characters. */
  public static int longestName() {
    return KINDS.values().stream().mapToInt(String::length).max().orElseThrow();
  }

  /** Measures every kind of code. */
  public List<InterruptMeasurement> measure() throws InterruptedException {
    GuestModule module = GuestModule.load(MODULE);
    var linker = new Linker(module, Engine.COMPILER, List.of());
    var results = new ArrayList<InterruptMeasurement>();
    for (String export : KINDS.keySet()) {
      InterruptMeasurement result = measure(linker, export);
      measurements.accept(result);
      results.add(result);
    }
    return results;
  }

  private InterruptMeasurement measure(Linker linker, String export) throws InterruptedException {
    GuestModule module = linker.module();
    LinearMemory memory = MemoryLimit.NONE.create(module.name(), module.memory().orElseThrow());
    Guest guest = linker.instantiate(Optional.of(memory), ActiveData.WRITE);
    var nanos = new ArrayList<Long>();
    String kind = KINDS.get(export);
    try {
      for (int i = 0; i < warmUps + runs; i++) {
        nanos.add(interrupt(guest, export));
      }
    } catch (IOException e) { // a thread may still use the memory, which so stays open
      return new InterruptMeasurement(
          kind, warmUps, 0, Optional.empty(), Optional.of(e.getMessage()));
    }
    memory.close();
    Spread time = Spread.of(nanos.subList(warmUps, nanos.size()));
    return new InterruptMeasurement(kind, warmUps, runs, Optional.of(time), Optional.empty());
  }

  /**
   * Runs a guest for a while and interrupts it.
   *
   * @return nanoseconds from the interrupt to the end of its thread
   * @throws IOException if it ends by itself, or does not end
   */
  private static long interrupt(Guest guest, String export)
      throws IOException, InterruptedException {
    var end = new AtomicReference<GuestFailure>();
    var thread =
        new Thread(
            () -> {
              try {
                guest.call(export);
              } catch (GuestFailure e) {
                end.set(e);
              }
            },
            MODULE + "#" + export);
    thread.setDaemon(true);
    thread.start();
    thread.join(MILLIS_BEFORE);
    long begin = System.nanoTime();
    thread.interrupt();
    thread.join(SECONDS_AFTER * 1000);
    long took = System.nanoTime() - begin;
    if (thread.isAlive()) {
      throw new IOException("it still runs %s s after an interrupt".formatted(SECONDS_AFTER));
    }
    if (!(end.get() instanceof GuestInterrupted)) {
      throw new IOException("it ended by itself: " + end.get());
    }
    return took;
  }
}
