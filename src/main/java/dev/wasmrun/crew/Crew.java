package dev.wasmrun.crew;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The guest threads of one run.
 *
 * <p>Members may start further members. The first failure of any of them decides the outcome and
 * interrupts all others, which guest code notices in loops, calls and waits. Without a failure the
 * run is over when the last member returns.
 */
public final class Crew {
  /** How long members have, once the run is over, to leave guest and host code. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Host code may swallow an interrupt; it is repeated at this interval until a member ends. */
  private static final Duration REPEAT_INTERRUPT = Duration.ofMillis(20);

  private final String name;

  // The lock guards the three fields below it. No guest or host code runs while it is held.
  private final Object lock = new Object();
  private final Set<GuestThread> members = new LinkedHashSet<>();
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private Outcome outcome;

  /**
   * Creates a crew without members.
   *
   * @param name how thread names begin, for example {@code happycoin.wasm}
   */
  public Crew(String name) {
    this.name = name;
  }

  /** What a member does on its thread. */
  @FunctionalInterface
  public interface Body {
    void run() throws Exception;
  }

  /**
   * Starts a member, a daemon thread called {@code NAME#ROLE}.
   *
   * <p>Once the run is over nothing starts: the member returned has ended already.
   */
  public GuestThread spawn(String role, Body body) {
    var member = new GuestThread(this, name + "#" + role, body);
    synchronized (lock) {
      if (outcome != null) {
        return member;
      }
      members.add(member);
    }
    try {
      member.thread().start();
    } catch (OutOfMemoryError e) {
      left(member, new IllegalStateException("cannot start another thread: " + e.getMessage(), e));
    }
    return member;
  }

  /** Ends the run with this outcome, unless it has one already, and interrupts every member. */
  public void end(Outcome decided) {
    synchronized (lock) {
      if (outcome == null) {
        outcome = decided;
      }
      lock.notifyAll();
      interruptMembers();
    }
  }

  /** Has something closed when no member can use it any more; the last one registered first. */
  public void closeAtEnd(AutoCloseable resource) {
    synchronized (lock) {
      resources.push(resource);
    }
  }

  /**
   * Waits until the run is over and its members have ended, then closes the crew's resources.
   *
   * @param limit the time after which the run ends as {@link Outcome.TimedOut}; null for no limit
   * @return the first outcome
   * @throws InterruptedException if the waiting thread is interrupted before there is an outcome;
   *     the run is then cancelled, and over like any other when this is thrown
   */
  public Outcome await(Duration limit) throws InterruptedException {
    InterruptedException cancelled = null;
    try {
      awaitOutcome(limit);
    } catch (InterruptedException e) {
      end(new Outcome.Cancelled());
      cancelled = e;
    }
    if (awaitMembers()) {
      closeResources();
    }
    if (cancelled != null) {
      throw cancelled;
    }
    synchronized (lock) {
      return outcome;
    }
  }

  /** Names of the members that have not ended; after {@link #await}, those that would not stop. */
  public List<String> running() {
    synchronized (lock) {
      return members.stream().map(member -> member.thread().getName()).toList();
    }
  }

  /** A member's thread ends; {@code failure} is null if its body returned. */
  void left(GuestThread member, Throwable failure) {
    if (failure != null) {
      end(Outcome.of(member.thread().getName(), failure));
    }
    synchronized (lock) {
      members.remove(member);
      if (members.isEmpty() && outcome == null) {
        outcome = new Outcome.Finished();
      }
      lock.notifyAll();
    }
  }

  private void awaitOutcome(Duration limit) throws InterruptedException {
    long start = System.nanoTime();
    synchronized (lock) {
      while (outcome == null) {
        if (limit == null) {
          lock.wait();
          continue;
        }
        long left = limit.toNanos() - (System.nanoTime() - start);
        if (left <= 0) {
          end(new Outcome.TimedOut(limit));
        } else {
          lock.wait(roundedUpMillis(left));
        }
      }
    }
  }

  /** Whether all members ended in time; an interrupt waits as long, and is set again then. */
  private boolean awaitMembers() {
    long start = System.nanoTime();
    boolean interrupted = false;
    synchronized (lock) {
      while (!members.isEmpty() && System.nanoTime() - start < GRACE.toNanos()) {
        interruptMembers();
        try {
          lock.wait(REPEAT_INTERRUPT.toMillis());
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return members.isEmpty();
    }
  }

  private void closeResources() {
    var closing = new ArrayList<AutoCloseable>();
    synchronized (lock) {
      closing.addAll(resources);
      resources.clear();
    }
    IllegalStateException failure = null;
    for (AutoCloseable resource : closing) {
      try {
        resource.close();
      } catch (Exception e) {
        var failed = new IllegalStateException("cannot release " + resource, e);
        if (failure == null) {
          failure = failed;
        } else {
          failure.addSuppressed(failed);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void interruptMembers() {
    members.forEach(member -> member.thread().interrupt());
  }

  private static long roundedUpMillis(long nanos) {
    return nanos / 1_000_000 + 1; // adding first would overflow for the longest limits
  }
}
