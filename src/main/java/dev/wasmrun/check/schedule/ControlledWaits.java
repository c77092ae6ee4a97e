package dev.wasmrun.check.schedule;

import dev.wasmrun.memory.MemoryContents;
import dev.wasmrun.memory.WaitResult;
import dev.wasmrun.memory.WaitSnapshot;
import dev.wasmrun.memory.WaitingRoom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The waits of a controlled run: threads that wait have no step to take until they are notified or,
 * if they have a timeout, the strategy lets it pass. They are woken in the order of arrival.
 *
 * <p>Threads that are not under control wait as on any other memory. Guarded by the turn.
 */
final class ControlledWaits implements WaitingRoom {
  private final Scheduler scheduler;
  private final VirtualClockAndRandomness time;
  private final Journal journal;
  private final MemoryContents contents;
  private final WaitingRoom usual;
  private final Map<Integer, Deque<ControlledThread>> queues = new HashMap<>();

  ControlledWaits(
      Scheduler scheduler,
      VirtualClockAndRandomness time,
      Journal journal,
      MemoryContents contents,
      WaitingRoom usual) {
    this.scheduler = scheduler;
    this.time = time;
    this.journal = journal;
    this.contents = contents;
    this.usual = usual;
  }

  @Override
  public WaitResult await(int address, int width, long expected, long timeoutNanos)
      throws InterruptedException {
    ControlledThread self = scheduler.selfOrStopped();
    if (self == null) {
      return usual.await(address, width, expected, timeoutNanos);
    }
    scheduler.announce(self, new StepOperation(StepOperation.Kind.WAIT, address, width));
    if (contents.waitedValue(address, width) != expected) {
      return WaitResult.NOT_EQUAL;
    }
    Deque<ControlledThread> queue = queues.computeIfAbsent(address, none -> new ArrayDeque<>());
    queue.addLast(self);
    self.fallAsleep(address, width, expected, timeoutNanos < 0 ? -1 : time.after(timeoutNanos));
    scheduler.proceed(self);
    if (self.wasWoken()) {
      return WaitResult.WOKEN;
    }
    self.timedOut();
    queue.remove(self);
    time.advanceTo(self.deadline());
    return WaitResult.TIMED_OUT;
  }

  /** The notify itself; it was announced when the observer was told that it is about to happen. */
  @Override
  public int notify(int address, int count) {
    ControlledThread self = scheduler.selfOrStopped();
    if (self == null) {
      return usual.notify(address, count);
    }
    Deque<ControlledThread> queue = queues.getOrDefault(address, new ArrayDeque<>());
    int woken = 0;
    if (!queue.isEmpty()) {
      scheduler.changed();
    }
    while (!queue.isEmpty() && Integer.compareUnsigned(woken, count) < 0) {
      ControlledThread first = queue.removeFirst();
      if (first.onlyExpires()) {
        journal.overtook(Agents.ofThread(first.number()));
      }
      first.wake(self.lastEvent());
      woken++;
    }
    return woken + usual.notify(address, count - woken);
  }

  @Override
  public CompletableFuture<WaitResult> awaitAsync(
      int address, int width, long expected, long timeoutNanos, Executor executor) {
    return usual.awaitAsync(address, width, expected, timeoutNanos, executor);
  }

  @Override
  public WaitSnapshot snapshot() {
    return usual.snapshot(); // of the others the scheduler knows itself when nobody can go on
  }

  @Override
  public void close() {
    usual.close();
  }
}
