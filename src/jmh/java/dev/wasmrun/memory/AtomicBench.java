package dev.wasmrun.memory;

import com.dylibso.chicory.runtime.Memory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Single atomic operations, alone and with a second thread on the same word. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class AtomicBench {
  private static final int ADDRESS = 4096;

  @Param MemoryContender contender;
  private Memory memory;

  @Setup
  public void create() {
    memory = contender.create();
  }

  @Benchmark
  public byte addByte() {
    return memory.atomicAddByte(ADDRESS + 1, (byte) 1);
  }

  @Benchmark
  public short addShort() {
    return memory.atomicAddShort(ADDRESS + 2, (short) 1);
  }

  @Benchmark
  public int addInt() {
    return memory.atomicAddInt(ADDRESS, 1);
  }

  @Benchmark
  public long addLong() {
    return memory.atomicAddLong(ADDRESS, 1);
  }

  @Benchmark
  public int loadInt() {
    return memory.atomicReadInt(ADDRESS);
  }

  @Benchmark
  public void storeInt() {
    memory.atomicWriteInt(ADDRESS, 1);
  }

  @Benchmark
  public void storeByte() {
    memory.atomicWriteByte(ADDRESS, (byte) 1);
  }

  @Benchmark
  public int notifyNobody() {
    return memory.atomicNotify(ADDRESS, 1);
  }

  /** A mutex that nobody else wants: 0 free, 1 held, 2 held and wanted. */
  @Benchmark
  public int lockAndUnlock() {
    int seen = memory.atomicCmpxchgInt(ADDRESS + 64, 0, 1);
    if (memory.atomicXchgInt(ADDRESS + 64, 0) == 2) {
      memory.atomicNotify(ADDRESS + 64, 1);
    }
    return seen;
  }

  @Benchmark
  @Threads(2)
  public byte contendedAddByte() {
    return memory.atomicAddByte(ADDRESS + 1, (byte) 1);
  }

  @Benchmark
  @Threads(2)
  public short contendedAddShort() {
    return memory.atomicAddShort(ADDRESS + 2, (short) 1);
  }

  @Benchmark
  @Threads(2)
  public int contendedAddInt() {
    return memory.atomicAddInt(ADDRESS, 1);
  }

  @Benchmark
  @Threads(2)
  public long contendedAddLong() {
    return memory.atomicAddLong(ADDRESS, 1);
  }

  /** The same on {@link AtomicInteger}. */
  @State(Scope.Benchmark)
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  @Fork(1)
  @Warmup(iterations = 3, time = 1)
  @Measurement(iterations = 3, time = 1)
  public static class Bare {
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger lock = new AtomicInteger();

    @Benchmark
    public int addInt() {
      return number.getAndAdd(1);
    }

    @Benchmark
    public int loadInt() {
      return number.get();
    }

    @Benchmark
    public void storeInt() {
      number.set(1);
    }

    @Benchmark
    public int lockAndUnlock() {
      int seen = lock.compareAndExchange(0, 1);
      if (lock.getAndSet(0) == 2) {
        throw new IllegalStateException("nobody else wants it");
      }
      return seen;
    }

    @Benchmark
    @Threads(2)
    public int contendedAddInt() {
      return number.getAndAdd(1);
    }
  }
}
