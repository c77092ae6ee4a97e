package dev.wasmrun.crew;

import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.SystemClockAndRandomness;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.Waiter;
import dev.wasmrun.source.SourceFrame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * The guest threads of one run.
 *
 * <p>Members may start further members. The first failure of any of them decides the outcome and
 * interrupts all others, which guest code notices in loops, calls and waits. Without a failure the
 * run is over when the last member returns.
 */
public final class Crew {
  /** How long threads that are interrupted have to leave guest and host code. */
  public static final Duration GRACE = Duration.ofSeconds(5);

  /** Host code may swallow an interrupt; it is repeated when this time has passed. */
  public static final Duration REPEAT_INTERRUPT = Duration.ofMillis(20);

  /** How often a crew that is watched is looked at; a deadlock shows at the first look after it. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /** How often those that are left when a member has exited are looked at. */
  private static final Duration BETWEEN_LOOKS_AT_EXIT = Duration.ofMillis(10);

  private final String name;
  private final long stackBytes;
  private final Observers observers;
  private final ClockAndRandomness clockAndRandomness;

  // The lock guards the fields below it. No guest or host code runs while it is held.
  private final Object lock = new Object();
  private final Set<GuestThread> members = new LinkedHashSet<>();
  private final Map<Thread, Pause> pauses = new HashMap<>();
  private final Map<String, List<SourceFrame>> interruptedAt = new TreeMap<>();
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private DeadlockWatch watch;

  /** What is being made ready; null if nothing is. */
  private Preparing<?> preparing;

  private boolean closesWhenPrepared;
  private WaitInsight insight = WaitInsight.NONE;
  private IntFunction<String> addressNames = address -> "";
  private Outcome outcome;

  /** The exit that ends the run once the other members have ended or their time is up; or null. */
  private Outcome exit;

  /**
   * Counts what starts, ends, pauses, is expected or goes on: while it stands still, so do all
   * these.
   */
  private long changes;

  /** How much is to come that no member brings about; while there is any, nobody is deadlocked. */
  private int expected;

  /** Creates a crew without members, with the JVM's default stack, which nobody observes. */
  public Crew(String name) {
    this(name, 0, Observers.none());
  }

  /**
   * Creates a crew without members, in the system's time.
   *
   * @param name how thread names begin, for example {@code happycoin.wasm}
   * @param stackBytes the size of each thread's stack, which bounds how deep a guest may recurse; 0
   *     for the JVM's default
   * @param observers who is told of its threads, and is to be told of its memory
   */
  public Crew(String name, long stackBytes, Observers observers) {
    this(name, stackBytes, observers, new SystemClockAndRandomness());
  }

  /**
   * Creates a crew without members.
   *
   * @param clockAndRandomness the time and the chance that its guests meet
   */
  public Crew(
      String name, long stackBytes, Observers observers, ClockAndRandomness clockAndRandomness) {
    this.name = name;
    this.stackBytes = stackBytes;
    this.observers = observers;
    this.clockAndRandomness = clockAndRandomness;
  }

  /** The time and the chance that this crew's guests meet. */
  public ClockAndRandomness clockAndRandomness() {
    return clockAndRandomness;
  }

  /** Who is told of its threads; they make the memory that they are to be told of. */
  public Observers observers() {
    return observers;
  }

  /** What a member does on its thread. */
  @FunctionalInterface
  public interface Body {
    /** Does it; what it throws decides how the run ends, unless that is decided already. */
    void run() throws Exception;
  }

  /**
   * Does something before any member starts, on a thread of its own: the end of the run interrupts
   * it, and so does the end of the time, which ends the run as {@link Outcome.TimedOut}. If it does
   * not stop then, it is left behind, and the crew's resources are closed when it does. An
   * interrupt of the current thread cancels the run, and stays.
   *
   * @return what the work has made; empty if the run has ended before that
   * @throws ThreadRefused if the system has no thread for it
   * @throws RuntimeException what the work throws; errors too
   */
  public <T> Optional<T> prepare(TimeLimit limit, Supplier<T> work) {
    var begun = new Preparing<T>(name + "#prepare", work, this::prepared);
    synchronized (lock) {
      if (outcome != null) {
        return Optional.empty();
      }
      preparing = begun;
    }
    try {
      Optional<T> made = begun.await(limit);
      if (made.isPresent()) {
        return made;
      }
      if (limit.isOver()) {
        end(limit.outcome());
      }
    } catch (ThreadRefused e) {
      prepared();
      throw e;
    } catch (InterruptedException e) {
      end(new Outcome.Cancelled());
      Thread.currentThread().interrupt();
    }
    begun.leave();
    return Optional.empty();
  }

  private void prepared() {
    boolean closes;
    synchronized (lock) {
      preparing = null;
      closes = closesWhenPrepared;
    }
    if (closes) {
      closeResources();
    }
  }

  /**
   * Starts a member, a daemon thread called {@code NAME#ROLE}.
   *
   * <p>Once the run is over nothing starts: the member returned has ended already.
   */
  public GuestThread spawn(String role, Body body) {
    var member = new GuestThread(this, name + "#" + role, stackBytes, observers.told(body));
    synchronized (lock) {
      if (outcome != null) {
        return member;
      }
      members.add(member);
      changes++;
    }
    observers.spawns(member.thread());
    try {
      member.thread().start();
    } catch (OutOfMemoryError e) {
      left(member, new ThreadRefused(member.thread().getName(), e));
      return member;
    }
    observers.started(member.thread());
    return member;
  }

  /** Ends the run with this outcome, unless it has one already, and interrupts every member. */
  public void end(Outcome decided) {
    synchronized (lock) {
      if (outcome == null) {
        outcome = exit == null ? decided : exit;
        interruptMembers(); // once: each of them may call this when it ends
        if (preparing != null) {
          preparing.end();
        }
      }
      lock.notifyAll();
    }
  }

  /** Whether the run has an outcome, so that every member is to end. */
  public boolean isOver() {
    synchronized (lock) {
      return outcome != null;
    }
  }

  /** Has something closed when no member can use it any more; the last one registered first. */
  public void closeAtEnd(AutoCloseable resource) {
    synchronized (lock) {
      resources.push(resource);
    }
  }

  /**
   * Has the run end as {@link Outcome.Deadlocked} once every member waits without a timeout on this
   * memory, or for such a member to end. To be used only if nobody but members can notify.
   */
  public void watchForDeadlock(LinearMemory memory) {
    synchronized (lock) {
      watch = new DeadlockWatch(memory, insight, addressNames);
      lock.notifyAll(); // who awaits the end shall look from now on
    }
  }

  /**
   * Something is to come that no member brings about and that may have one go on, such as a signal
   * of a timer: until {@link #come} is called for it, the members are not deadlocked.
   */
  public void expect() {
    synchronized (lock) {
      expected++;
      changes++;
    }
  }

  /** What was expected has come, or will not come any more. */
  public void come() {
    synchronized (lock) {
      expected--;
      changes++;
    }
  }

  /**
   * Whether a wait with a timeout is a slice of one without, as far as the convention knows; may be
   * asked by any thread.
   */
  public boolean isEndless(Waiter waiter) {
    WaitInsight known;
    synchronized (lock) {
      known = insight;
    }
    return known.endless().test(waiter);
  }

  /** Says what a convention knows of its threads' waits; before any of them waits. */
  public void understandWaitsBy(WaitInsight known) {
    synchronized (lock) {
      insight = known;
    }
  }

  /** Says what is at an address of the memory, in words, or nothing; before anybody waits. */
  public void nameAddressesBy(IntFunction<String> names) {
    synchronized (lock) {
      addressNames = names;
    }
  }

  /** What is at an address, in words behind a comma; empty if that is not known. */
  public String nameOf(int address) {
    IntFunction<String> names;
    synchronized (lock) {
      names = addressNames;
    }
    return DeadlockWatch.named(names, address);
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
    return awaitEnd(TimeLimit.fromNow(Optional.ofNullable(limit)));
  }

  /** Like {@link #await(Duration)}, with a limit of what may have begun before. */
  public Outcome awaitEnd(TimeLimit limit) throws InterruptedException {
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

  /** Gives up a run none of whose members has started, and closes the crew's resources. */
  public void abandon() {
    end(new Outcome.Cancelled());
    closeResources();
  }

  /** Names of the members that have not ended; after {@link #await}, those that would not stop. */
  public List<String> running() {
    synchronized (lock) {
      var names = new ArrayList<String>();
      if (preparing != null) {
        names.add(preparing.name());
      }
      members.forEach(member -> names.add(member.thread().getName()));
      return List.copyOf(names);
    }
  }

  /**
   * The guest functions, innermost first, in which members were when the end of the run interrupted
   * them, by thread name.
   */
  public Map<String, List<SourceFrame>> interruptedAt() {
    synchronized (lock) {
      return new TreeMap<>(interruptedAt);
    }
  }

  /** A member's thread ends; {@code failure} is null if its body returned. */
  void left(GuestThread member, Throwable failure) {
    String thread = member.thread().getName();
    if (failure instanceof GuestExit && !observers.patienceAtExit().isZero()) {
      exits(member, Outcome.of(thread, failure));
    } else if (failure != null) {
      end(Outcome.of(thread, failure));
    }
    synchronized (lock) {
      if (failure instanceof GuestInterrupted interrupted) {
        interruptedAt.put(thread, interrupted.frames());
      }
      members.remove(member);
      changes++;
      if (members.isEmpty() && outcome == null) {
        outcome = new Outcome.Finished();
      }
      lock.notifyAll();
    }
  }

  /** A member exits; the others go on for a while, unless one has begun to exit before. */
  private void exits(GuestThread member, Outcome decided) {
    DeadlockWatch looking;
    synchronized (lock) {
      if (outcome != null || exit != null) {
        return;
      }
      exit = decided;
      looking = watch == null ? null : watch.forOthers();
    }
    TimeLimit patience = TimeLimit.fromNow(Optional.of(observers.patienceAtExit()));
    try {
      while (!patience.isOver() && othersGoOn(member, looking)) {
        synchronized (lock) {
          if (outcome == null && members.size() > 1) {
            lock.wait(roundedUpMillis(BETWEEN_LOOKS_AT_EXIT.toNanos()));
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the run has ended in another way
    }
    end(decided);
  }

  /** Whether a member but this one is left, and they do not all wait for ever. */
  private boolean othersGoOn(GuestThread exiting, DeadlockWatch looking) {
    List<GuestThread> others;
    Map<Thread, Pause> pausing;
    long before;
    synchronized (lock) {
      if (outcome != null) {
        return false;
      }
      if (expected > 0) {
        return members.size() > 1;
      }
      others = members.stream().filter(member -> member != exiting).toList();
      pausing = Map.copyOf(pauses);
      before = changes;
    }
    return !others.isEmpty()
        && (looking == null || looking.look(others, pausing, before).isEmpty());
  }

  /** The current thread begins to wait for a member to end. */
  void joining(GuestThread member) {
    observers.joins(member.thread());
    paused("the end of " + member.thread().getName(), () -> !has(member));
  }

  /** The current thread no longer waits for this member to end. */
  void joined(GuestThread member) {
    resume();
    observers.joined(member.thread());
  }

  /**
   * The current thread, a member, begins to wait, without a timeout, for something that only other
   * members can bring about.
   *
   * @param waitsFor what it is, in words that can follow "waits for"
   * @param over whether it has come about; asked by another thread, which holds no lock of the crew
   * @throws InterruptedException if the thread is interrupted before it begins
   */
  public void pause(String waitsFor, BooleanSupplier over) throws InterruptedException {
    clockAndRandomness.beforeWaiting(over);
    paused(waitsFor, over);
  }

  private void paused(String waitsFor, BooleanSupplier over) {
    synchronized (lock) {
      pauses.put(Thread.currentThread(), new Pause(waitsFor, over));
      changes++;
    }
  }

  /**
   * The current thread no longer waits. To be called before anything tells others that what it
   * waited for is gone again, such as a message taken: they would take the thread for blocked.
   */
  public void resume() {
    synchronized (lock) {
      pauses.remove(Thread.currentThread());
      changes++;
    }
  }

  /** Whether the member has not ended. */
  boolean has(GuestThread member) {
    synchronized (lock) {
      return members.contains(member);
    }
  }

  private void awaitOutcome(TimeLimit limit) throws InterruptedException {
    while (true) {
      synchronized (lock) {
        if (outcome == null) {
          lock.wait(millisToWait(limit));
        }
        if (outcome != null) {
          return;
        }
      }
      if (limit.isOver()) {
        end(limit.outcome());
      } else {
        lookForDeadlock();
      }
    }
  }

  /** Until the limit or the next look, whichever comes first; 0 is for ever. */
  private long millisToWait(TimeLimit limit) {
    long most = watch == null ? Long.MAX_VALUE : BETWEEN_LOOKS.toNanos();
    most = Math.min(most, Math.max(1, limit.nanosLeft()));
    return most == Long.MAX_VALUE ? 0 : roundedUpMillis(most);
  }

  /** Ends the run if its members are deadlocked; returns them, or nobody. */
  List<BlockedThread> lookForDeadlock() {
    // Members come and go beside the look. If nothing about them has changed from before it until
    // after it, it saw them as they all were at one moment.
    DeadlockWatch looking;
    List<GuestThread> live;
    Map<Thread, Pause> pausing;
    long before;
    synchronized (lock) {
      looking = expected == 0 ? watch : null;
      live = List.copyOf(members);
      pausing = Map.copyOf(pauses);
      before = changes;
    }
    if (looking == null) {
      return List.of();
    }
    List<BlockedThread> blocked = looking.look(live, pausing, before);
    synchronized (lock) {
      if (changes == before && !blocked.isEmpty()) {
        end(new Outcome.Deadlocked(blocked));
        return blocked;
      }
    }
    return List.of();
  }

  /** Whether all members ended in time; an interrupt waits as long, and is set again then. */
  private boolean awaitMembers() {
    long start = System.nanoTime();
    boolean interrupted = false;
    synchronized (lock) {
      long next = start;
      long interval = REPEAT_INTERRUPT.toNanos();
      for (long now = start;
          !members.isEmpty() && now - start < GRACE.toNanos();
          now = System.nanoTime()) {
        if (now - next >= 0) {
          interruptMembers();
          next = now + interval;
          interval *= 2; // each repetition costs as many interrupts as there are members
        }
        try {
          lock.wait(roundedUpMillis(next - now)); // or until a member ends
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
      if (preparing != null) {
        closesWhenPrepared = true;
        return;
      }
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
