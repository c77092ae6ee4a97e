package dev.wasmrun.programs;

import static dev.wasmrun.programs.DeadlockLayout.LEFT_MONEY;
import static dev.wasmrun.programs.DeadlockLayout.LEFT_MUTEX;
import static dev.wasmrun.programs.DeadlockLayout.MEETING;
import static dev.wasmrun.programs.DeadlockLayout.RIGHT_MONEY;
import static dev.wasmrun.programs.DeadlockLayout.RIGHT_MUTEX;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * Transfers between two accounts that lock them in opposite order, wrong on purpose: even threads
 * lock left, then right, odd threads right, then left. As a rule it needs bad luck for two of them
 * to hold one each; here they meet when they do, so that with more than one thread this never ends.
 */
final class Deadlock implements Program {
  private static final Parameter TRANSFERS =
      new Parameter("transfers", 1_000, "how often each thread transfers");

  @Override
  public String name() {
    return "deadlock";
  }

  @Override
  public String summary() {
    return "locks two accounts in opposite order, and with several threads never ends";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(TRANSFERS);
  }

  @Override
  public boolean deterministic() {
    return false;
  }

  @Override
  public long[] sampleArguments() {
    return new long[] {10};
  }

  @Override
  public long[] benchmarkArguments() {
    return new long[] {1_000_000};
  }

  @Override
  public void setup(LinearMemory memory, int threads, long[] args) {
    long enough = threads * TRANSFERS.countOf(args[0]);
    new SharedMutex(memory, LEFT_MUTEX).setup();
    new SharedMutex(memory, RIGHT_MUTEX).setup();
    new SharedBarrier(memory, MEETING).setup(threads);
    memory.setLong(LEFT_MONEY, enough);
    memory.setLong(RIGHT_MONEY, enough);
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    long total = TRANSFERS.countOf(args[0]);
    var meeting = new SharedBarrier(memory, MEETING);
    var left = new Account(memory, LEFT_MONEY, new SharedMutex(memory, LEFT_MUTEX));
    var right = new Account(memory, RIGHT_MONEY, new SharedMutex(memory, RIGHT_MUTEX));
    Account from = thread % 2 == 0 ? left : right;
    Account to = thread % 2 == 0 ? right : left;
    if (thread > 1) {
      meeting.await();
    }
    for (long i = 0; i < total; i++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("deadlock: interrupted between two transfers");
      }
      from.mutex().lock();
      if (i == 0 && thread <= 1) {
        meeting.await();
      }
      to.mutex().lock(); // While holding the other: this is the mistake.
      from.add(-1);
      to.add(1);
      to.mutex().unlock();
      from.mutex().unlock();
    }
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    results.print("left " + Long.toUnsignedString(memory.getLong(LEFT_MONEY)) + "\n");
    results.print("right " + Long.toUnsignedString(memory.getLong(RIGHT_MONEY)) + "\n");
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    return Optional.empty();
  }

  /** Money, guarded by a mutex. */
  private record Account(LinearMemory memory, int money, SharedMutex mutex) {
    void add(long amount) {
      memory.setLong(money, memory.getLong(money) + amount);
    }
  }
}
