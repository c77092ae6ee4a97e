package dev.wasmrun.check.race;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** The detector finds races at exactly the bytes at which brute force finds them. */
class RaceDetectorPropertyTest {
  private static final int MOST_THREADS = 5;

  /** Random numbers that a run makes something of. */
  record Step(Kind kind, int thread, int address, int width, int other) {}

  enum Kind {
    READ,
    WRITE,
    LOAD,
    STORE,
    UPDATE,
    SPAWN,
    JOIN,
    RELEASE,
    ACQUIRE
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(6, Kind.READ),
            Tuple.of(4, Kind.WRITE),
            Tuple.of(5, Kind.LOAD),
            Tuple.of(4, Kind.STORE),
            Tuple.of(3, Kind.UPDATE),
            Tuple.of(2, Kind.SPAWN),
            Tuple.of(1, Kind.JOIN),
            Tuple.of(1, Kind.RELEASE),
            Tuple.of(1, Kind.ACQUIRE));
    return Combinators.combine(
            kinds,
            Arbitraries.integers().between(0, MOST_THREADS - 1),
            Arbitraries.integers().between(0, BruteForceTrace.BYTES - 1),
            Arbitraries.of(1, 2, 4, 8),
            Arbitraries.integers().between(0, MOST_THREADS - 1))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  /** The detector and brute force, told the same. */
  private static final class Both {
    private final BruteForceTrace trace = new BruteForceTrace();
    private final BitSet found = new BitSet();
    private final RaceDetector detector = new RaceDetector(this::found);
    private final List<ThreadClock> threads = new ArrayList<>();
    private final BitSet ended = new BitSet();

    /** Each access has a place of its own, so that the detector keeps them apart. */
    private int place;

    Both() {
      threads.add(detector.root("0"));
      spawn(0);
    }

    private void found(Race race) {
      RaceSide a = race.current();
      RaceSide b = race.earlier();
      found.set(
          Math.max(a.address(), b.address()),
          Math.min(a.address() + a.width(), b.address() + b.width()));
    }

    void apply(Step step) {
      int thread = step.thread() % threads.size();
      if (ended.get(thread)) {
        return;
      }
      ThreadClock clock = threads.get(thread);
      int aligned = step.address() & -step.width();
      int unaligned = Math.min(step.address(), BruteForceTrace.BYTES - step.width());
      place++;
      switch (step.kind()) {
        case READ, WRITE -> {
          boolean writes = step.kind() == Kind.WRITE;
          detector.plain(clock, unaligned, step.width(), writes, place);
          trace.plain(thread, unaligned, step.width(), writes);
        }
        case LOAD -> {
          detector.atomicLoad(clock, aligned, step.width(), place);
          trace.atomicLoad(thread, aligned, step.width());
        }
        case STORE -> {
          detector.atomicStore(clock, aligned, step.width(), place);
          trace.atomicStore(thread, aligned, step.width());
        }
        case UPDATE -> {
          detector.atomicUpdate(clock, aligned, step.width(), place);
          trace.atomicUpdate(thread, aligned, step.width());
        }
        case SPAWN -> spawn(thread);
        case JOIN -> join(thread, step.other() % threads.size());
        case RELEASE -> {
          detector.release(clock, step.other(), place);
          trace.release(thread, step.other());
        }
        case ACQUIRE -> {
          detector.acquire(clock, step.other(), place);
          trace.acquire(thread, step.other());
        }
      }
    }

    private void spawn(int parent) {
      if (threads.size() < 3 * MOST_THREADS) {
        trace.spawn(parent, threads.size());
        threads.add(detector.spawn(threads.get(parent), Integer.toString(threads.size()), place));
      }
    }

    private void join(int thread, int other) {
      if (other == thread || other == 0) {
        return;
      }
      if (!ended.get(other)) {
        ended.set(other);
        detector.end(threads.get(other));
      }
      detector.join(threads.get(thread), threads.get(other), place);
      trace.join(thread, other);
    }
  }

  @Property(tries = 3000)
  void findsWhatBruteForceFinds(@ForAll("steps") List<Step> steps) {
    var both = new Both();
    steps.forEach(both::apply);
    BitSet expected = both.trace.racingBytes();
    Statistics.collect(expected.isEmpty() ? "no race" : "races");
    assertEquals(expected, both.found);
  }
}
