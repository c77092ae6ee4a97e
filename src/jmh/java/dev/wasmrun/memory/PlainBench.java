package dev.wasmrun.memory;

import com.dylibso.chicory.runtime.Memory;
import java.util.Arrays;
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

/** Loops of plain accesses over 256 KiB, as a guest does them: through the runtime's interface. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class PlainBench {
  private static final int BYTES = 256 * 1024;

  @Param MemoryContender contender;
  private Memory memory;

  @Setup
  public void create() {
    memory = contender.create();
    for (int address = 0; address < BYTES; address += 4) {
      memory.writeI32(address, (int) (address * 2_654_435_761L >>> 7) & 0x3FFFC);
    }
  }

  @Benchmark
  public int loadInts() {
    int sum = 0;
    for (int address = 0; address < BYTES; address += 4) {
      sum += memory.readInt(address);
    }
    return sum;
  }

  /** Each address depends on the value before, so nothing can be hoisted or vectorised. */
  @Benchmark
  public int chaseInts() {
    int address = 0;
    for (int i = 0; i < BYTES / 4; i++) {
      address = memory.readInt(address) ^ (i << 2 & 0x3FFFC);
    }
    return address;
  }

  @Benchmark
  public void storeInts() {
    for (int address = 0; address < BYTES; address += 4) {
      memory.writeI32(address, address);
    }
  }

  @Benchmark
  public int loadAndStoreBytes() {
    int sum = 0;
    for (int address = 0; address < BYTES - 1; address++) {
      byte value = memory.read(address);
      memory.writeByte(address + 1, (byte) (value + 1));
      sum += value;
    }
    return sum;
  }

  @Benchmark
  public long loadAndStoreLongs() {
    long sum = 0;
    for (int address = 0; address < BYTES; address += 8) {
      sum += memory.readLong(address);
      memory.writeLong(address, sum);
    }
    return sum;
  }

  @Benchmark
  public void copy() {
    memory.copy(BYTES, 0, BYTES);
  }

  @Benchmark
  public void fill() {
    memory.fill((byte) 1, BYTES, 2 * BYTES);
  }

  /** The same work on bare arrays. */
  @State(Scope.Benchmark)
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  @Fork(1)
  @Warmup(iterations = 3, time = 1)
  @Measurement(iterations = 3, time = 1)
  public static class Bare {
    private final int[] ints = new int[BYTES / 4];
    private final long[] longs = new long[BYTES / 8];
    private final byte[] bytes = new byte[BYTES];
    private final byte[] target = new byte[BYTES];

    @Setup
    public void create() {
      for (int i = 0; i < ints.length; i++) {
        ints[i] = (int) (i * 4 * 2_654_435_761L >>> 7) & 0x3FFFC;
      }
    }

    @Benchmark
    public int loadInts() {
      int sum = 0;
      for (int i = 0; i < BYTES / 4; i++) {
        sum += ints[i];
      }
      return sum;
    }

    @Benchmark
    public int chaseInts() {
      int address = 0;
      for (int i = 0; i < BYTES / 4; i++) {
        address = ints[address >>> 2] ^ (i << 2 & 0x3FFFC);
      }
      return address;
    }

    @Benchmark
    public void storeInts() {
      for (int i = 0; i < BYTES / 4; i++) {
        ints[i] = i;
      }
    }

    @Benchmark
    public int loadAndStoreBytes() {
      int sum = 0;
      for (int i = 0; i < BYTES - 1; i++) {
        byte value = bytes[i];
        bytes[i + 1] = (byte) (value + 1);
        sum += value;
      }
      return sum;
    }

    @Benchmark
    public long loadAndStoreLongs() {
      long sum = 0;
      for (int i = 0; i < BYTES / 8; i++) {
        sum += longs[i];
        longs[i] = sum;
      }
      return sum;
    }

    @Benchmark
    public void copy() {
      System.arraycopy(bytes, 0, target, 0, BYTES);
    }

    @Benchmark
    public void fill() {
      Arrays.fill(target, (byte) 1);
    }
  }
}
