package dev.wasmrun.check.schedule;

import dev.wasmrun.check.LibraryScope;
import dev.wasmrun.memory.Waiter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A thread under control: it runs when it has been given the turn, and only then.
 *
 * <p>But for what hands the turn over, everything here is guarded by the turn: written and read by
 * whichever thread of the run has it.
 */
final class ControlledThread {
  /*
   * The turn is handed over through `granted`: whatever the giver has written is visible to the one
   * that sees it. A thread that gives the turn away spins for a moment, as it often comes back at
   * once and being woken costs many times as much, and then parks. `parked` spares the giver the
   * system call that wakes a thread which still spins. Both are volatile: with weaker accesses the
   * giver could read `parked` before its grant is visible, and the thread could sleep for ever.
   */

  /** How often a thread looks for its turn before it parks: some ten microseconds. */
  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 400 : 0;

  private final int number;
  private final Thread thread;

  private volatile boolean granted;
  private volatile boolean parked;

  // Guarded by the turn.
  private StepOperation pending = new StepOperation(StepOperation.Kind.BEGIN);
  private boolean done;
  private int steps;
  private int cause = Event.NONE;
  private int lastEvent = Event.NONE;
  private int woken;
  private long deadline;
  private Waiter waiter;
  private int waitBegan;
  private int sliceEndedAt = -1;
  private boolean renewed;
  private ControlledThread awaited;
  private BooleanSupplier condition;
  private CompletableFuture<?> event;
  private final LibraryScope library = new LibraryScope();
  private final StoreBuffer buffer = new StoreBuffer();

  ControlledThread(int number, Thread thread) {
    this.number = number;
    this.thread = thread;
  }

  /** Counted from 0 in the order of starting, which is the same whenever the schedule is. */
  int number() {
    return number;
  }

  Thread thread() {
    return thread;
  }

  /** What it is about to do, or what it waits for. */
  StepOperation pending() {
    return pending;
  }

  void announce(StepOperation op) {
    pending = op;
    cause = Event.NONE;
  }

  /** How many operations it has done. */
  int steps() {
    return steps;
  }

  /** It does what is pending; {@code event} is the number of this in the run. */
  void steps(int event) {
    steps++;
    lastEvent = event;
  }

  int lastEvent() {
    return lastEvent;
  }

  /** The event of another thread without which this one could not go on; or {@link Event#NONE}. */
  int cause() {
    return cause;
  }

  void causedBy(int event) {
    cause = event;
  }

  boolean isDone() {
    return done;
  }

  void end() {
    done = true;
  }

  /** It waits on an address, until {@code deadline} by the virtual clock; negative for ever. */
  void fallAsleep(int address, int width, long expected, long deadline) {
    var next = new Waiter(Optional.of(thread), address, width, expected, deadline >= 0);
    boolean same = waiter != null && sliceEndedAt >= 0 && waiter.equals(next);
    renewed = same;
    if (!same) {
      waitBegan = lastEvent;
      sliceEndedAt = -1;
      waiter = next;
    }
    this.deadline = deadline;
    woken = 0;
    announce(
        new StepOperation(
            deadline < 0 ? StepOperation.Kind.BLOCKED : StepOperation.Kind.EXPIRE, address, 0));
  }

  long deadline() {
    return deadline;
  }

  /** What it waits for; null if it has not waited. */
  Waiter waiter() {
    return waiter;
  }

  /** The time it could wait has passed. */
  void timedOut() {
    sliceEndedAt = lastEvent;
  }

  /** The step at which it began to wait as it does; its last one if it does something else. */
  int waitsSince() {
    return pending.kind() == StepOperation.Kind.EXPIRE ? waitBegan : lastEvent;
  }

  /** Whether it has begun the same wait anew after a timeout that passed after a step. */
  boolean hasRenewedItsWait(int since) {
    return pending.kind() == StepOperation.Kind.EXPIRE && renewed && sliceEndedAt > since;
  }

  /** Whether it waits, for whatever. */
  boolean isWaiting() {
    return switch (pending.kind()) {
      case BLOCKED, EXPIRE -> buffer.isEmpty();
      case JOIN, AWAIT -> !isEnabled();
      default -> false;
    };
  }

  /** It sleeps, on no address. */
  void sleepUntil(long time) {
    deadline = time;
    announce(new StepOperation(StepOperation.Kind.SLEEP));
  }

  /** A notify chooses it. */
  void wake(int event) {
    woken = 1;
    waiter = null;
    announce(new StepOperation(StepOperation.Kind.RESUME, pending.address(), 0));
    cause = event;
  }

  boolean wasWoken() {
    return woken != 0;
  }

  void await(ControlledThread other) {
    awaited = other;
    announce(new StepOperation(StepOperation.Kind.JOIN));
  }

  ControlledThread awaited() {
    return awaited;
  }

  void await(BooleanSupplier fulfilled) {
    condition = fulfilled;
    event = null;
    announce(new StepOperation(StepOperation.Kind.AWAIT));
  }

  /** It waits for what threads outside of the run may bring about. */
  void await(CompletableFuture<?> outside) {
    condition = outside::isDone;
    event = outside;
    announce(new StepOperation(StepOperation.Kind.AWAIT));
  }

  /** What it waits for that may come from outside of the run; empty if it does not. */
  Optional<CompletableFuture<?>> outsideEvent() {
    return done || pending.kind() != StepOperation.Kind.AWAIT
        ? Optional.empty()
        : Optional.ofNullable(event);
  }

  /** How far it is inside of its C library, if it tells. */
  LibraryScope library() {
    return library;
  }

  StoreBuffer buffer() {
    return buffer;
  }

  /** Whether it could do what is pending, now. */
  boolean isEnabled() {
    if (done) {
      return false;
    }
    return switch (pending.kind()) {
      case BLOCKED -> false;
      case JOIN -> awaited.done && buffer.isEmpty();
      case AWAIT -> condition.getAsBoolean();
      case STORE -> pending.length() > Long.BYTES ? buffer.isEmpty() : !buffer.isFull();
      default -> buffer.isEmpty() || !pending.kind().drains();
    };
  }

  /** Whether all it could do is let its time pass. */
  boolean onlyExpires() {
    return pending.kind() == StepOperation.Kind.EXPIRE
        || pending.kind() == StepOperation.Kind.SLEEP;
  }

  /** Gives it the turn. */
  void grant() {
    granted = true;
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Waits, on the thread that has the turn, until one of these has come about or the run is over.
   */
  static void awaitAny(List<CompletableFuture<?>> events, Scheduler scheduler) {
    Thread waiting = Thread.currentThread();
    events.forEach(event -> event.thenRun(() -> LockSupport.unpark(waiting)));
    while (!scheduler.isOver() && events.stream().noneMatch(CompletableFuture::isDone)) {
      LockSupport.park(scheduler);
      if (waiting.isInterrupted()) {
        scheduler.abandon(); // the crew has ended from outside, as by a time limit
      }
    }
  }

  /** Has it look whether the run is over. */
  void rouse() {
    LockSupport.unpark(thread);
  }

  /**
   * Waits for the turn, on this strand's own thread.
   *
   * @return false if the run is over instead
   */
  boolean awaitTurn(Scheduler scheduler) {
    scheduler.mostRecent(this);
    for (int i = 0; i < SPINS && !granted && scheduler.isMostRecent(this); i++) {
      Thread.onSpinWait();
    }
    if (!granted) {
      parked = true;
      while (!granted && !scheduler.isOver()) {
        LockSupport.park(this);
        if (Thread.currentThread().isInterrupted()) {
          scheduler.abandon(); // the crew has ended from outside, as by a time limit
        }
      }
      parked = false;
    }
    granted = false;
    return !scheduler.isOver();
  }
}
