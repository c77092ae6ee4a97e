package dev.wasmrun.memory;

import com.dylibso.chicory.runtime.Memory;
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

/** Two threads that need each other: a futex mutex, and a ball passed to and fro. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
public class FutexBench {
  private static final int LOCK = 4096;
  private static final int COUNT = 8192;
  private static final int BALL = 12_288;
  private static final int LOCKINGS = 50_000;
  private static final int PASSES = 2_000;

  /** Long, but not for ever: a memory that loses a wake-up pays this for it, and goes on. */
  private static final long TIMEOUT_NANOS = 1_000_000;

  @Param MemoryContender contender;
  private Memory memory;

  @Setup
  public void create() {
    memory = contender.create();
  }

  /** Each of two threads takes the lock 50 000 times. */
  @Benchmark
  public int mutex() throws InterruptedException {
    memory.writeI32(COUNT, 0);
    both(thread -> lockings());
    if (memory.readInt(COUNT) != 2 * LOCKINGS) {
      throw new IllegalStateException("the lock does not exclude: " + memory.readInt(COUNT));
    }
    return memory.readInt(COUNT);
  }

  /** The ball goes to and fro 2 000 times: 4 000 wake-ups. */
  @Benchmark
  public int pingPong() throws InterruptedException {
    memory.writeI32(BALL, 0);
    both(this::passes);
    return memory.readInt(BALL);
  }

  private interface Side {
    void play(int thread);
  }

  private static void both(Side side) throws InterruptedException {
    Thread other = new Thread(() -> side.play(1));
    other.start();
    side.play(0);
    other.join();
  }

  private void lockings() {
    for (int i = 0; i < LOCKINGS; i++) {
      lock();
      memory.writeI32(COUNT, memory.readInt(COUNT) + 1);
      if (memory.atomicXchgInt(LOCK, 0) == 2) {
        memory.atomicNotify(LOCK, 1);
      }
    }
  }

  private void lock() {
    int seen = memory.atomicCmpxchgInt(LOCK, 0, 1);
    if (seen == 0) {
      return;
    }
    while (memory.atomicXchgInt(LOCK, 2) != 0) {
      memory.atomicWait(LOCK, 2, TIMEOUT_NANOS);
    }
  }

  private void passes(int thread) {
    for (int i = 0; i < PASSES; i++) {
      while (memory.atomicReadInt(BALL) != thread) {
        memory.atomicWait(BALL, 1 - thread, TIMEOUT_NANOS);
      }
      memory.atomicWriteInt(BALL, 1 - thread);
      memory.atomicNotify(BALL, 1);
    }
  }
}
