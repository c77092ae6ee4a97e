package dev.wasmrun.programs;

import static dev.wasmrun.programs.MutexLayout.COUNT;
import static dev.wasmrun.programs.MutexLayout.MUTEX;
import static dev.wasmrun.programs.MutexLayout.REFUSED;
import static dev.wasmrun.programs.MutexLayout.TIMED_OUT;
import static dev.wasmrun.programs.MutexLayout.TORN;
import static dev.wasmrun.programs.MutexLayout.TWIN;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * Plain counters that all threads change under one mutex, which they lock by waiting, by trying
 * first, and by waiting with a time limit first.
 *
 * <p>Which way succeeds depends on the schedule, the counts do not. In the end each thread holds
 * the mutex and asks for it again, which is refused, because this mutex is not recursive.
 */
final class Mutex implements Program {
  /** Long enough to get the mutex as a rule, in nanoseconds. */
  private static final long PATIENCE = 1_000_000;

  /** How long to wait for what cannot come, in nanoseconds. */
  private static final long IMPATIENCE = 1_000;

  private static final Parameter INCREMENTS =
      new Parameter("increments", 100_000, "how often each thread locks and adds 1");

  @Override
  public String name() {
    return "mutex";
  }

  @Override
  public String summary() {
    return "counts in plain variables that a lock guards";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(INCREMENTS);
  }

  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  public long[] sampleArguments() {
    return new long[] {500};
  }

  @Override
  public long[] benchmarkArguments() {
    return new long[] {4_000_000};
  }

  @Override
  public void setup(LinearMemory memory, int threads, long[] args) {
    INCREMENTS.countOf(args[0]); // A wrong argument ends the run here, in one thread.
    new SharedMutex(memory, MUTEX).setup();
    for (int counter : new int[] {COUNT, TWIN, TORN, REFUSED, TIMED_OUT}) {
      memory.setLong(counter, 0);
    }
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    var mutex = new SharedMutex(memory, MUTEX);
    long total = INCREMENTS.countOf(args[0]);
    for (long turn = 0; turn < total; turn++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("mutex: interrupted between two turns");
      }
      lockInOneOfThreeWays(mutex, turn);
      if (memory.getLong(COUNT) != memory.getLong(TWIN)) {
        addOne(memory, TORN);
      }
      addOne(memory, COUNT);
      addOne(memory, TWIN);
      mutex.unlock();
    }
    askAgain(memory, mutex);
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    results.print("count " + Long.toUnsignedString(memory.getLong(COUNT)) + "\n");
    results.print("torn " + Long.toUnsignedString(memory.getLong(TORN)) + "\n");
    results.print("refused " + Long.toUnsignedString(memory.getLong(REFUSED)) + "\n");
    results.print("timed-out " + Long.toUnsignedString(memory.getLong(TIMED_OUT)) + "\n");
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    long total = threads * INCREMENTS.countOf(args[0]);
    return Optional.of(new WorkDone(memory.getLongVolatile(COUNT), total, "increments"));
  }

  private static void lockInOneOfThreeWays(SharedMutex mutex, long turn)
      throws InterruptedException {
    long way = turn % 3;
    boolean locked = way == 1 && mutex.tryLock() || way == 2 && mutex.lockWithin(PATIENCE);
    if (!locked) {
      mutex.lock();
    }
  }

  private static void askAgain(LinearMemory memory, SharedMutex mutex) throws InterruptedException {
    mutex.lock();
    if (!mutex.tryLock()) {
      addOne(memory, REFUSED);
    }
    if (!mutex.lockWithin(IMPATIENCE)) {
      addOne(memory, TIMED_OUT);
    }
    mutex.unlock();
  }

  /** Adds 1 in steps that others could come between, if the mutex let them. */
  private static void addOne(LinearMemory memory, int counter) {
    memory.setLong(counter, memory.getLong(counter) + 1);
  }
}
