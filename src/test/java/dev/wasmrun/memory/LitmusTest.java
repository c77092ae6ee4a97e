package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Hammer;
import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The classic litmus tests, by their names in the literature. Each runs its threads once over each
 * of many pairs of locations; an outcome that sequential consistency forbids must never be seen
 * with atomic accesses of any width. Plain accesses may show it, and the tests print how often they
 * do.
 *
 * <p>{@code -Dlitmus.runs=N} sets the runs of each test; {@code mvn -Plitmus test} a million.
 */
class LitmusTest {
  private static final int RUNS = Integer.getInteger("litmus.runs", 5_000);

  /** Runs between two meetings of the threads, each on locations of its own. */
  private static final int BATCH = 1_000;

  /** Bytes between locations: no two on a cache line, nor on a pair of lines. */
  private static final int STRIDE = 128;

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  /** Ints between the positions of two threads. */
  private static final int LINE = 32;

  private static final int X = 0;
  private static final int Y = BATCH * STRIDE;

  /** How the threads access a location. */
  enum Mode {
    PLAIN {
      @Override
      void set(LinearMemory memory, int address) {
        memory.setInt(address, 1);
      }

      @Override
      int get(LinearMemory memory, int address) {
        return memory.getInt(address);
      }
    },
    BYTE {
      @Override
      void set(LinearMemory memory, int address) {
        memory.setByteVolatile(address + 1, (byte) 1);
      }

      @Override
      int get(LinearMemory memory, int address) {
        return memory.getByteVolatile(address + 1);
      }
    },
    SHORT {
      @Override
      void set(LinearMemory memory, int address) {
        memory.setShortVolatile(address + 2, (short) 1);
      }

      @Override
      int get(LinearMemory memory, int address) {
        return memory.getShortVolatile(address + 2);
      }
    },
    INT {
      @Override
      void set(LinearMemory memory, int address) {
        memory.setIntVolatile(address, 1);
      }

      @Override
      int get(LinearMemory memory, int address) {
        return memory.getIntVolatile(address);
      }
    },
    LONG {
      @Override
      void set(LinearMemory memory, int address) {
        memory.setLongVolatile(address, 1);
      }

      @Override
      int get(LinearMemory memory, int address) {
        return (int) memory.getLongVolatile(address);
      }
    },
    /** Stores of one width are loaded at another, and stores are read-modify-writes. */
    MIXED {
      @Override
      void set(LinearMemory memory, int address) {
        memory.getAndAddShort(address, (short) 1);
      }

      @Override
      int get(LinearMemory memory, int address) {
        return (int) memory.getLongVolatile(address);
      }
    };

    abstract void set(LinearMemory memory, int address);

    abstract int get(LinearMemory memory, int address);
  }

  /** What one thread does in run {@code i}: it returns up to two bits, what it saw. */
  private interface Part {
    int run(LinearMemory memory, int i);
  }

  /** Runs the parts against each other; counts the outcomes, whose bits are those of the parts. */
  private static AtomicLongArray outcomes(Part... parts) throws InterruptedException {
    AtomicLongArray counts = new AtomicLongArray(1 << 2 * parts.length);
    byte[][] seen = new byte[parts.length][BATCH];
    try (LinearMemory memory = LinearMemory.create(new MemoryType(4, 4, true))) {
      AtomicIntegerArray at = new AtomicIntegerArray(parts.length * LINE);
      CyclicBarrier start = new CyclicBarrier(parts.length);
      CyclicBarrier end =
          new CyclicBarrier(
              parts.length,
              () -> {
                count(seen, counts);
                memory.fill(0, (byte) 0, 2 * BATCH * STRIDE);
              });
      Hammer.strike(
          parts.length,
          thread -> {
            for (int run = 0; run < RUNS; run += BATCH) {
              start.await();
              for (int i = 0; i < BATCH; i++) {
                meet(at, thread, run + i + 1);
                seen[thread][i] = (byte) parts[thread].run(memory, i);
              }
              end.await();
            }
          });
    }
    return counts;
  }

  /**
   * Returns when every thread has come to this run, within a few nanoseconds of the others; at once
   * where there are fewer processors than threads, for then meeting would cost a time slice a run.
   */
  private static void meet(AtomicIntegerArray at, int thread, int run) throws InterruptedException {
    if (at.length() / LINE > PROCESSORS) {
      return;
    }
    at.set(thread * LINE, run);
    for (int other = 0; other < at.length(); other += LINE) {
      for (int spins = 0; at.get(other) < run; spins++) {
        if (spins < 500) {
          Thread.onSpinWait();
        } else if (Thread.interrupted()) {
          throw new InterruptedException();
        } else {
          Thread.yield();
        }
      }
    }
  }

  private static void count(byte[][] seen, AtomicLongArray counts) {
    for (int i = 0; i < BATCH; i++) {
      int outcome = 0;
      for (int part = 0; part < seen.length; part++) {
        outcome |= seen[part][i] << 2 * part;
      }
      counts.incrementAndGet(outcome);
    }
    Arrays.stream(seen).forEach(each -> Arrays.fill(each, (byte) 0));
  }

  private static int x(int i) {
    return X + i * STRIDE;
  }

  private static int y(int i) {
    return Y + i * STRIDE;
  }

  /** Two loads as two bits: the first in bit 0. */
  private static int two(int first, int second) {
    return first | second << 1;
  }

  private static void judge(String name, Mode mode, AtomicLongArray counts, int... forbidden) {
    long runs = 0;
    for (int i = 0; i < counts.length(); i++) {
      runs += counts.get(i);
    }
    assertEquals((RUNS + BATCH - 1) / BATCH * BATCH, runs);
    long weak = Arrays.stream(forbidden).mapToLong(counts::get).sum();
    if (mode == Mode.PLAIN) {
      System.out.printf("litmus %s, plain: %d of %d runs weak%n", name, weak, runs);
    } else {
      assertEquals(0, weak, () -> name + ": forbidden outcome among " + counts);
    }
  }

  /** Message passing: who sees the flag sees the message. */
  @ParameterizedTest
  @EnumSource
  void mp(Mode mode) throws InterruptedException {
    AtomicLongArray counts =
        outcomes(
            (m, i) -> {
              mode.set(m, x(i));
              mode.set(m, y(i));
              return 0;
            },
            (m, i) -> two(mode.get(m, y(i)), mode.get(m, x(i))));
    judge("MP", mode, counts, two(1, 0) << 2);
  }

  /** Message passing where only the flag is ordered, by release and acquire. */
  @Test
  void mpReleaseAcquire() throws InterruptedException {
    AtomicLongArray counts =
        outcomes(
            (m, i) -> {
              m.setInt(x(i), 1);
              m.setIntRelease(y(i), 1);
              return 0;
            },
            (m, i) -> two(m.getIntAcquire(y(i)), m.getInt(x(i))));
    judge("MP", Mode.INT, counts, two(1, 0) << 2);
  }

  /** Store buffering: of two that announce themselves and look, one sees the other. */
  @ParameterizedTest
  @EnumSource
  void sb(Mode mode) throws InterruptedException {
    AtomicLongArray counts =
        outcomes(
            (m, i) -> {
              mode.set(m, x(i));
              return mode.get(m, y(i));
            },
            (m, i) -> {
              mode.set(m, y(i));
              return mode.get(m, x(i));
            });
    judge("SB", mode, counts, 0);
  }

  /** Load buffering: no value comes out of a circle. */
  @ParameterizedTest
  @EnumSource
  void lb(Mode mode) throws InterruptedException {
    AtomicLongArray counts =
        outcomes(
            (m, i) -> {
              int seen = mode.get(m, x(i));
              mode.set(m, y(i));
              return seen;
            },
            (m, i) -> {
              int seen = mode.get(m, y(i));
              mode.set(m, x(i));
              return seen;
            });
    judge("LB", mode, counts, 1 | 1 << 2);
  }

  /** Independent reads of independent writes: two readers agree on the order of two stores. */
  @ParameterizedTest
  @EnumSource
  void iriw(Mode mode) throws InterruptedException {
    AtomicLongArray counts =
        outcomes(
            (m, i) -> {
              mode.set(m, x(i));
              return 0;
            },
            (m, i) -> {
              mode.set(m, y(i));
              return 0;
            },
            (m, i) -> two(mode.get(m, x(i)), mode.get(m, y(i))),
            (m, i) -> two(mode.get(m, y(i)), mode.get(m, x(i))));
    judge("IRIW", mode, counts, two(1, 0) << 4 | two(1, 0) << 6);
  }

  /** Coherence of reads: a location does not go back in time. */
  @ParameterizedTest
  @EnumSource
  void coRR(Mode mode) throws InterruptedException {
    AtomicLongArray counts =
        outcomes(
            (m, i) -> {
              mode.set(m, x(i));
              return 0;
            },
            (m, i) -> two(mode.get(m, x(i)), mode.get(m, x(i))));
    judge("CoRR", mode, counts, two(1, 0) << 2);
  }

  /** Neighbours of one word, changed at every width at once, lose nothing to each other. */
  @Test
  void subWordNeighboursKeepTheirUpdates() throws InterruptedException {
    int rounds = RUNS;
    try (LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true))) {
      Hammer.strike(
          thread -> repeat(rounds, () -> memory.getAndAddByte(64, (byte) 1)),
          thread -> repeat(rounds, () -> memory.getAndAddByte(65, (byte) 1)),
          thread -> repeat(rounds, () -> memory.getAndAddShort(66, (short) 1)),
          thread -> repeat(rounds, () -> memory.getAndAddInt(68, 1)),
          thread -> repeat(rounds, () -> memory.getAndAddLong(64, 1L << 32)),
          thread -> {
            for (int i = 1; i <= rounds; i++) {
              memory.setByte(72, (byte) i); // A plain neighbour of the next.
              assertEquals((byte) i, memory.getByte(72));
            }
          },
          thread -> repeat(rounds, () -> memory.getAndAddByte(73, (byte) 1)));
      assertEquals((byte) rounds, memory.getByte(64));
      assertEquals((byte) rounds, memory.getByte(65));
      assertEquals((short) rounds, memory.getShort(66));
      assertEquals(2 * rounds, memory.getInt(68));
      assertEquals((byte) rounds, memory.getByte(73));
    }
  }

  private static void repeat(int times, Runnable action) {
    for (int i = 0; i < times; i++) {
      action.run();
    }
  }

  /** A plain aligned access of 2, 4 or 8 bytes shows one store or another, never parts of two. */
  @Test
  void alignedPlainAccessesDoNotTear() throws InterruptedException {
    try (LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true))) {
      Hammer.strike(
          thread -> {
            for (int i = 0; i < RUNS; i++) {
              memory.setLong(64, -(i & 1));
              memory.setInt(72, -(i & 1));
              memory.setShort(76, (short) -(i & 1));
            }
          },
          thread -> {
            for (int i = 0; i < RUNS; i++) {
              long eight = memory.getLong(64);
              long four = memory.getInt(72);
              long two = memory.getShort(76);
              assertEquals(eight >> 63, eight);
              assertEquals(four >> 31, four);
              assertEquals(two >> 15, two);
            }
          });
    }
  }
}
