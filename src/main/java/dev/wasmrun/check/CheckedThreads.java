package dev.wasmrun.check;

import dev.wasmrun.check.lock.Holder;
import dev.wasmrun.check.lock.LockOrder;
import dev.wasmrun.check.race.RaceDetector;
import dev.wasmrun.check.race.ThreadClock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The threads of a checked run, and those that meet it. Thread-safe. */
final class CheckedThreads {
  /** The most that a thread waits for one that it has started to do something. */
  private static final Duration HEAD_START = Duration.ofMillis(100);

  private final CodePlaces places;
  private final RaceDetector detector;
  private final LockOrder locks;
  private final MemoryErrors errors;

  /** The crew's threads, from before they start. */
  private final Map<Thread, Member> members = new ConcurrentHashMap<>();

  private final Set<Thread> ended = ConcurrentHashMap.newKeySet();

  /** Those of the crew. */
  private final ThreadLocal<CheckedThread> own = new ThreadLocal<>();

  /**
   * Those that meet the run, and outlive it: as thread-local values, which lead to the key, they
   * would keep it for as long as they live.
   */
  private final Map<Thread, CheckedThread> outsiders = new ConcurrentHashMap<>();

  /** A thread as each of the detectors sees it. */
  private record Member(ThreadClock clock, Holder holder, CountDownLatch active) {
    Member(ThreadClock clock, Holder holder) {
      this(clock, holder, new CountDownLatch(1));
    }
  }

  CheckedThreads(CodePlaces places, RaceDetector detector, LockOrder locks, MemoryErrors errors) {
    this.places = places;
    this.detector = detector;
    this.locks = locks;
    this.errors = errors;
  }

  /** The current thread. */
  CheckedThread current() {
    CheckedThread known = own.get();
    return known != null ? known : first(Thread.currentThread());
  }

  private CheckedThread first(Thread current) {
    Member member = members.get(current);
    if (member == null) {
      return outsiders.computeIfAbsent(
          current,
          thread ->
              checked(
                  new Member(detector.outsider(thread.getName()), locks.root(thread.getName()))));
    }
    member.active().countDown();
    CheckedThread checked = checked(member);
    own.set(checked);
    return checked;
  }

  private CheckedThread checked(Member member) {
    return new CheckedThread(
        places,
        member.clock(),
        member.holder(),
        new Allocations(member.clock(), detector, errors),
        new LockCalls(member.clock(), detector, member.holder(), locks));
  }

  /** The current thread is about to start another. */
  void spawned(Thread started) {
    CheckedThread current = current();
    String name = started.getName();
    members.put(
        started,
        new Member(
            detector.spawn(current.clock(), name, current.place()),
            locks.spawn(current.holder(), name)));
  }

  /**
   * Waits until a thread that was started does something: its start takes longer than many a
   * program goes on, and two threads that do not run at a time may be ordered by accident.
   */
  void awaitFirstStep(Thread started) {
    if (!members.containsKey(Thread.currentThread())) {
      return; // the first of all
    }
    try {
      members.get(started).active().await(HEAD_START.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The current thread ends. */
  void ended() {
    CheckedThread current = current();
    detector.end(current.clock());
    locks.end(current.holder());
    ended.add(Thread.currentThread());
  }

  /** The current thread has waited for the end of another, unless that wait was interrupted. */
  void joined(Thread awaited) {
    if (ended.contains(awaited)) {
      CheckedThread current = current();
      Member member = members.get(awaited);
      detector.join(current.clock(), member.clock(), current.place());
      locks.join(current.holder(), member.holder());
    }
  }
}
