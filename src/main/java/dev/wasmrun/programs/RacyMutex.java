package dev.wasmrun.programs;

import static dev.wasmrun.programs.MutexLayout.COUNT;
import static dev.wasmrun.programs.MutexLayout.MUTEX;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * A counter with a lock that one path forgets, wrong on purpose: a turn that only tries to lock
 * goes on when it was refused, and changes the count beside the thread that holds the mutex. How
 * many additions are lost differs from run to run; alone, a thread loses none.
 */
final class RacyMutex implements Program {
  private static final Parameter INCREMENTS =
      new Parameter("increments", 100_000, "how often each thread adds 1");

  @Override
  public String name() {
    return "mutex-racy";
  }

  @Override
  public String summary() {
    return "counts under a lock that one path forgets, and says how many additions were lost";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(INCREMENTS);
  }

  @Override
  public boolean deterministic() {
    return false;
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
    memory.setLong(COUNT, 0);
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    var mutex = new SharedMutex(memory, MUTEX);
    long total = INCREMENTS.countOf(args[0]);
    for (long turn = 0; turn < total; turn++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("mutex-racy: interrupted between two turns");
      }
      boolean locked = true;
      if (turn % 2 == 0) {
        mutex.lock();
      } else {
        locked = mutex.tryLock();
      }
      memory.setLong(COUNT, memory.getLong(COUNT) + 1); // Whether locked or not.
      if (locked) {
        mutex.unlock();
      }
    }
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    long expected = threads * INCREMENTS.countOf(args[0]);
    long counted = memory.getLong(COUNT);
    results.print("expected " + Long.toUnsignedString(expected) + "\n");
    results.print("counted " + Long.toUnsignedString(counted) + "\n");
    results.print("lost " + Long.toUnsignedString(expected - counted) + "\n");
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    return Optional.empty();
  }
}
