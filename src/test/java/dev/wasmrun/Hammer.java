package dev.wasmrun;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/**
 * Several threads that start at the same moment, do a bounded piece of work each, and are joined
 * before a deadline. Every failure is reported, the first as the cause, the others as suppressed;
 * threads that miss the deadline are reported with their stack traces and interrupted.
 */
public final class Hammer {
  /** {@code -Dhammer.seconds=N} sets it, for profiles that run long. */
  private static final Duration DEADLINE =
      Duration.ofSeconds(Integer.getInteger("hammer.seconds", 60));

  /** The work of one thread. */
  @FunctionalInterface
  public interface Work {
    /** Does the work of thread {@code thread}, counted from 0. */
    void run(int thread) throws Exception;
  }

  private final List<Work> works = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();

  private Hammer() {}

  /** Runs {@code work} on {@code threads} threads. */
  public static void strike(int threads, Work work) throws InterruptedException {
    Hammer hammer = new Hammer();
    for (int i = 0; i < threads; i++) {
      hammer.works.add(work);
    }
    hammer.run();
  }

  /** Runs each of {@code works} on a thread of its own. */
  public static void strike(Work... works) throws InterruptedException {
    Hammer hammer = new Hammer();
    hammer.works.addAll(List.of(works));
    hammer.run();
  }

  private void run() throws InterruptedException {
    CyclicBarrier start = new CyclicBarrier(works.size());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < works.size(); i++) {
      int number = i;
      Thread thread = new Thread(() -> work(number, start), "hammer-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    for (Thread thread : threads) {
      TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
      if (thread.isAlive()) {
        fail(late(thread));
        thread.interrupt();
      }
    }
    report();
  }

  private void work(int number, CyclicBarrier start) {
    try {
      start.await();
      works.get(number).run(number);
    } catch (BrokenBarrierException e) {
      // Another thread reports why it did not start.
    } catch (Throwable e) {
      fail(e);
    }
  }

  private static AssertionError late(Thread thread) {
    AssertionError late =
        new AssertionError(thread.getName() + " missed the deadline, it is here:");
    late.setStackTrace(thread.getStackTrace());
    return late;
  }

  private synchronized void fail(Throwable failure) {
    failures.add(failure);
  }

  private synchronized void report() {
    if (failures.isEmpty()) {
      return;
    }
    AssertionError error =
        new AssertionError("%d of %d threads failed".formatted(failures.size(), works.size()));
    error.initCause(failures.get(0));
    failures.stream().skip(1).forEach(error::addSuppressed);
    throw error;
  }
}
