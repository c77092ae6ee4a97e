package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.Guest;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * What one thread has left to do when its function has returned or unwound: timers, calls to be
 * made at once, and what else keeps it alive. {@link IdleLoop} makes the calls.
 *
 * <p>It goes in turns, as Node does: first the timers that are due, by their time, then the calls
 * to be made at once; what these set waits for the next turn. A delay has whole milliseconds, at
 * least one.
 *
 * <p>Used by its thread alone.
 */
final class EventLoop {
  private static final double LONGEST_MILLIS = Integer.MAX_VALUE;

  /** What is called back. */
  @FunctionalInterface
  interface Callback {
    void call(Guest guest);
  }

  /**
   * A callback that has been asked for.
   *
   * @param id by which it is cleared
   * @param due by the clock; of no meaning for what is done at once
   * @param interval after which it is due again, in nanoseconds; 0 if it is due once
   */
  private record Event(int id, long due, long interval, Callback callback) {}

  private final ClockAndRandomness clock;

  /** What has not been called or cleared. */
  private final Map<Integer, Event> pending = new HashMap<>();

  /** Those that wait for their time; some have been cleared. */
  private final PriorityQueue<Event> timers =
      new PriorityQueue<>(Comparator.comparingLong(Event::due).thenComparingInt(Event::id));

  private final Deque<Event> immediates = new ArrayDeque<>();

  /** What is left of the turn. */
  private final Deque<Event> turn = new ArrayDeque<>();

  private final MainLoop mainLoop;
  private int lastId;
  private int reasons;

  /** Whether what is pending is no reason. */
  private boolean ends;

  private int result;

  EventLoop(ClockAndRandomness clock) {
    this.clock = clock;
    this.mainLoop = new MainLoop(this, clock);
  }

  /** The function that the thread calls again and again, of which there is one at a time. */
  MainLoop mainLoop() {
    return mainLoop;
  }

  /**
   * Has something called once.
   *
   * @param millis until then
   * @return by which {@link #clear} knows it
   */
  int after(double millis, Callback callback) {
    return schedule(nanos(millis), 0, callback);
  }

  /** Has something called again and again, until it is cleared. */
  int every(double millis, Callback callback) {
    return schedule(nanos(millis), nanos(millis), callback);
  }

  private static long nanos(double millis) {
    return TimeUnit.MILLISECONDS.toNanos(
        millis >= 1 && millis <= LONGEST_MILLIS ? (long) millis : 1);
  }

  private int schedule(long delay, long interval, Callback callback) {
    return add(timers, new Event(++lastId, clock.nanoTime() + delay, interval, callback));
  }

  /** Has something called in the next turn. */
  int soon(Callback callback) {
    return add(immediates, new Event(++lastId, 0, 0, callback));
  }

  private int add(Queue<Event> queue, Event event) {
    pending.put(event.id(), event);
    queue.add(event);
    return event.id();
  }

  /** Has something not called any more; does nothing if it was called or cleared before. */
  void clear(int id) {
    pending.remove(id);
  }

  /** Adds a reason to keep the thread alive that only {@link #release} takes away. */
  void retain() {
    reasons++;
  }

  void release() {
    reasons = Math.max(0, reasons - 1);
  }

  /** Takes away every reason to go on: the program is about to exit, whatever is pending. */
  void releaseAll() {
    reasons = 0;
    ends = true;
  }

  /** Whether there is such a reason. */
  boolean isRetained() {
    return reasons > 0;
  }

  /** Whether the thread goes on when what it does now has returned. */
  boolean keepsAlive() {
    return isRetained() || !ends && hasEvents();
  }

  /** Whether something will be called without anybody else's doing. */
  boolean hasEvents() {
    return !pending.isEmpty() || mainLoop.isRunning();
  }

  /** What the thread's function has returned. */
  void returned(int value) {
    result = value;
  }

  int result() {
    return result;
  }

  /** Begins a turn with what is due now. */
  void beginTurn() {
    long now = timers.isEmpty() ? 0 : clock.nanoTime();
    while (!timers.isEmpty() && (isCleared(timers.peek()) || timers.peek().due() <= now)) {
      turn.add(timers.remove());
    }
    turn.addAll(immediates);
    immediates.clear();
  }

  private boolean isCleared(Event event) {
    return pending.get(event.id()) != event;
  }

  /**
   * Makes the next call of this turn; what it throws leaves this.
   *
   * @return false if there is none
   */
  boolean callNext(Guest guest) {
    Event event = turn.poll();
    while (event != null && isCleared(event)) {
      event = turn.poll();
    }
    if (event == null) {
      return false;
    }
    if (event.interval() == 0) {
      pending.remove(event.id());
      event.callback().call(guest);
      return true;
    }
    try {
      event.callback().call(guest);
    } finally {
      if (!isCleared(event)) {
        long due = clock.nanoTime() + event.interval();
        add(timers, new Event(event.id(), due, event.interval(), event.callback()));
      }
    }
    return true;
  }

  /** How long nothing is due, in nanoseconds; negative if nothing will be. */
  long nanosToNext() {
    while (!timers.isEmpty() && isCleared(timers.peek())) {
      timers.remove();
    }
    if (!immediates.isEmpty()) {
      return 0;
    }
    return timers.isEmpty() ? -1 : Math.max(0, timers.peek().due() - clock.nanoTime());
  }
}
