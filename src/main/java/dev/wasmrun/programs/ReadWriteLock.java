package dev.wasmrun.programs;

import static dev.wasmrun.programs.ReadWriteLockLayout.LOCK;
import static dev.wasmrun.programs.ReadWriteLockLayout.TORN;
import static dev.wasmrun.programs.ReadWriteLockLayout.VALUES;
import static dev.wasmrun.programs.ReadWriteLockLayout.value;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * Readers that never stop, and writers that get in all the same, by a read-write lock that starves
 * nobody.
 *
 * <p>Every fourth thread writes: it adds 1 to each of eight values. All others read, again and
 * again without a pause, until they see that the last write has been done. If new readers were let
 * in as long as some reader holds the lock, the writers would never be, and this program would not
 * end.
 */
final class ReadWriteLock implements Program {
  private static final int THREADS_PER_WRITER = 4;

  private static final Parameter WRITES =
      new Parameter("writes", 2_000, "how often each writer writes");

  @Override
  public String name() {
    return "rwlock";
  }

  @Override
  public String summary() {
    return "writes under a read-write lock that other threads never stop reading under";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(WRITES);
  }

  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  public long[] sampleArguments() {
    return new long[] {100};
  }

  @Override
  public long[] benchmarkArguments() {
    return new long[] {400_000};
  }

  @Override
  public void setup(LinearMemory memory, int threads, long[] args) {
    WRITES.countOf(args[0]); // A wrong argument ends the run here, in one thread.
    new SharedReadWriteLock(memory, LOCK).setup();
    for (int i = 0; i < VALUES; i++) {
      memory.setLong(value(i), 0);
    }
    memory.setLongVolatile(TORN, 0);
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    var lock = new SharedReadWriteLock(memory, LOCK);
    long share = WRITES.countOf(args[0]);
    if (thread % THREADS_PER_WRITER == 0) {
      for (long i = 0; i < share; i++) {
        write(memory, lock);
      }
    } else {
      long last = writers(threads) * share;
      while (read(memory, lock) != last) {
        refuseInterrupt();
      }
    }
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    results.print("writers " + writers(threads) + "\n");
    results.print("writes " + Long.toUnsignedString(memory.getLong(value(0))) + "\n");
    results.print("torn " + Long.toUnsignedString(memory.getLongVolatile(TORN)) + "\n");
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    long total = writers(threads) * WRITES.countOf(args[0]);
    return Optional.of(new WorkDone(memory.getLongVolatile(value(0)), total, "writes"));
  }

  private static long writers(int threads) {
    return (threads + THREADS_PER_WRITER - 1) / THREADS_PER_WRITER;
  }

  private static void write(LinearMemory memory, SharedReadWriteLock lock)
      throws InterruptedException {
    refuseInterrupt();
    lock.lockWrite();
    for (int i = 0; i < VALUES; i++) {
      memory.setLong(value(i), memory.getLong(value(i)) + 1);
    }
    lock.unlockWrite();
  }

  /** What the values are; counts it if they are not all the same. */
  private static long read(LinearMemory memory, SharedReadWriteLock lock)
      throws InterruptedException {
    lock.lockRead();
    long first = memory.getLong(value(0));
    boolean same = true;
    for (int i = 0; i < VALUES; i++) {
      same &= memory.getLong(value(i)) == first;
    }
    lock.unlockRead();
    if (!same) {
      memory.getAndAddLong(TORN, 1);
    }
    return first;
  }

  private static void refuseInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("rwlock: interrupted before locking");
    }
  }
}
