package dev.wasmrun.memory;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/** The threads that wait on the addresses of one memory, in order of arrival per address. */
final class WaitQueues implements WaitingRoom {
  /*
   * Addresses are spread over buckets, each with a lock and a queue per address that has waiters.
   * Under the lock a waiter compares and enqueues, and a notify takes waiters off the head; whoever
   * takes a waiter off its queue, be it a notify, its timeout or its interruption, decides under the
   * same lock how its wait ends. So a notify counts exactly the waiters that return WOKEN, and one
   * that enqueues later cannot be among them.
   *
   * Before, a waiter looks at the word for a moment. It does not wait yet then, and nobody has to
   * know of it.
   *
   * Locks: one bucket's at a time, except that snapshot() takes all in ascending order, and before
   * them the monitor under which buckets are made. While one is held nothing is called but reading
   * the memory and asking listeners whether they listen; threads are unparked, futures completed
   * and listeners told after.
   *
   * A notify that finds nobody must be cheap, so each bucket counts its waiters outside the lock,
   * from before they compare until they are off the queue. The bad outcome to prevent: a thread
   * stores, then notifies and sees no waiter, while a waiter has announced itself, compared the old
   * value and sleeps for ever. It needs both to read before the other's write: the notifier's store
   * then reads the count, the waiter writes the count then reads the value. A full fence on each
   * side, between write and read, forbids it. The notifier's is explicit, for the guest's store may
   * be a plain one; the waiter's is in its atomic increment. A bucket that is not there yet counts
   * nobody: who makes it announces itself after.
   */

  private static final int BUCKETS = 64;

  /** It costs less to wait so long by looking than to park and be woken by a timer. */
  private static final long SHORT_NANOS = 10_000;

  /** Asked early: a thread that is bound to a processor would be told of one only. */
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private final LinearMemory memory;
  private final Signals signals;

  /** Each made by the first wait, with this array's monitor held; null until then. */
  private final AtomicReferenceArray<WaitBucket> buckets = new AtomicReferenceArray<>(BUCKETS);

  /** Set once before the buckets are emptied; read under a bucket's lock. */
  private volatile boolean closed;

  WaitQueues(LinearMemory memory, Signals signals) {
    this.memory = memory;
    this.signals = signals;
  }

  private WaitBucket bucket(int address) {
    int index = indexOf(address);
    WaitBucket bucket = buckets.get(index);
    if (bucket != null) {
      return bucket;
    }
    synchronized (buckets) {
      if (buckets.get(index) == null) {
        buckets.set(index, new WaitBucket(new LookAhead(PROCESSORS - 1)));
      }
      return buckets.get(index);
    }
  }

  @Override
  public WaitResult await(int address, int width, long expected, long timeoutNanos)
      throws InterruptedException {
    WaitNode node = WaitNode.blocking(address, width, expected, timeoutNanos >= 0);
    try {
      return signals.heard() ? awaitHeard(node, timeoutNanos) : await(node, timeoutNanos);
    } finally {
      node.release();
    }
  }

  private WaitResult awaitHeard(WaitNode node, long timeoutNanos) throws InterruptedException {
    signals.waiting(node, timeoutNanos);
    WaitEnding ending = WaitEnding.CLOSED; // what else can be thrown
    try {
      WaitResult result = await(node, timeoutNanos);
      ending = WaitEnding.of(result);
      return result;
    } catch (InterruptedException e) {
      ending = WaitEnding.INTERRUPTED;
      throw e;
    } finally {
      signals.waited(node, ending);
    }
  }

  private WaitResult await(WaitNode node, long timeoutNanos) throws InterruptedException {
    long start = timeoutNanos > 0 ? System.nanoTime() : 0;
    throwIfInterrupted();
    WaitBucket bucket = bucket(node.address());
    if (isUnequal(node) || changesSoon(node, bucket, timeoutNanos)) {
      bucket.unequal.getAndIncrement();
      return WaitResult.NOT_EQUAL;
    }
    throwIfInterrupted(); // while it looked
    if (!enqueue(node, bucket)) {
      return WaitResult.NOT_EQUAL;
    }
    if (isShort(timeoutNanos)) {
      bucket.lookAhead.awaitEnd(node, start, timeoutNanos);
    }
    boolean interrupted = false;
    while (node.state() == WaitNode.State.WAITING) {
      if (Thread.interrupted()) {
        interrupted = true;
        leave(node, WaitNode.State.INTERRUPTED);
      } else if (timeoutNanos < 0) {
        LockSupport.park(memory);
      } else {
        pause(node, timeoutNanos == 0 ? 0 : timeoutNanos - (System.nanoTime() - start));
      }
    }
    node.helpOthers();
    return outcome(node, interrupted);
  }

  /** Parks until the timeout, or shorter; leaves when it has passed. */
  private void pause(WaitNode node, long left) {
    if (left > 0) {
      LockSupport.parkNanos(memory, left);
    } else {
      leave(node, WaitNode.State.TIMED_OUT);
    }
  }

  private static void throwIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private boolean isUnequal(WaitNode node) {
    return memory.waitedValue(node.address(), node.width()) != node.expected();
  }

  /** Whether the word changes while its thread looks at it, before it enqueues. */
  private boolean changesSoon(WaitNode node, WaitBucket bucket, long timeoutNanos) {
    return !isShort(timeoutNanos) // or nobody could notify it before its timeout
        && bucket.lookAhead.seesChange(
            memory, node.address(), node.width(), node.expected(), timeoutNanos);
  }

  private static boolean isShort(long timeoutNanos) {
    return timeoutNanos >= 0 && timeoutNanos <= SHORT_NANOS;
  }

  private static WaitResult outcome(WaitNode node, boolean interrupted)
      throws InterruptedException {
    if (node.state() == WaitNode.State.INTERRUPTED) {
      throw new InterruptedException();
    }
    if (interrupted) {
      Thread.currentThread().interrupt(); // Woken first: the wake-up counts, the interrupt stays.
    }
    return node.state().result();
  }

  @Override
  public CompletableFuture<WaitResult> awaitAsync(
      int address, int width, long expected, long timeoutNanos, Executor executor) {
    AsyncWait future = new AsyncWait(this, executor);
    WaitNode node = WaitNode.async(address, width, expected, timeoutNanos >= 0, future);
    if (enqueue(node, bucket(address))) {
      future.watch(node, timeoutNanos);
    } else {
      future.finish(() -> WaitResult.NOT_EQUAL);
    }
    return future;
  }

  /** Announces, compares and enqueues; false if the memory does not hold the expected value. */
  private boolean enqueue(WaitNode node, WaitBucket bucket) {
    bucket.announce(1); // Before comparing: see above.
    boolean queued = false;
    bucket.lock();
    try {
      if (closed) {
        throw MemoryTrap.closed();
      }
      if (isUnequal(node)) {
        bucket.ended++;
      } else {
        bucket.waits.append(node);
        queued = true;
      }
      return queued;
    } finally {
      if (!queued) {
        bucket.announce(-1);
      }
      bucket.unlock();
    }
  }

  /** Takes a waiter off its queue to end as given, unless its wait has ended otherwise. */
  boolean leave(WaitNode node, WaitNode.State end) {
    WaitBucket bucket = bucket(node.address());
    bucket.lock();
    try {
      if (node.state() != WaitNode.State.WAITING) {
        return false;
      }
      bucket.end(node, end);
      return true;
    } finally {
      bucket.unlock();
    }
  }

  @Override
  public int notify(int address, int count) {
    VarHandle.fullFence(); // Between the guest's store and reading the count: see above.
    WaitBucket bucket = buckets.get(indexOf(address));
    if (count == 0 || bucket == null || bucket.announced() == 0) {
      signals.notified(address, count, 0, 0);
      return 0;
    }
    return count == 1 ? notifyOne(bucket, address) : notifySeveral(bucket, address, count);
  }

  private int notifyOne(WaitBucket bucket, int address) {
    WaitNode first;
    long now;
    bucket.lock();
    try {
      now = signals.now(); // Under the lock, or a wait could look woken before it began.
      first = bucket.waits.first(address);
      if (first != null) {
        first.wokenBy(Thread.currentThread(), now, null);
        bucket.end(first, WaitNode.State.WOKEN);
      }
    } finally {
      bucket.unlock();
    }
    if (first == null) {
      signals.notified(address, 1, 0, 0);
      return 0;
    }
    first.wake();
    signals.notified(address, 1, 1, now);
    return 1;
  }

  private int notifySeveral(WaitBucket bucket, int address, int count) {
    WaitNode[] woken;
    WakeUps wakeUps;
    long now;
    bucket.lock();
    try {
      now = signals.now(); // One time for all.
      woken = bucket.waits.first(address, Integer.toUnsignedLong(count));
      wakeUps = new WakeUps(woken);
      for (WaitNode node : woken) {
        node.wokenBy(Thread.currentThread(), now, wakeUps);
        bucket.end(node, WaitNode.State.WOKEN);
      }
    } finally {
      bucket.unlock();
    }
    wakeUps.tellThreads();
    wakeUps.tellFutures();
    signals.notified(address, count, woken.length, woken.length == 0 ? 0 : now);
    return woken.length;
  }

  /** All buckets that there are, in ascending order. */
  private List<WaitBucket> existing() {
    List<WaitBucket> existing = new ArrayList<>();
    for (int i = 0; i < BUCKETS; i++) {
      WaitBucket bucket = buckets.get(i);
      if (bucket != null) {
        existing.add(bucket);
      }
    }
    return existing;
  }

  @Override
  public WaitSnapshot snapshot() {
    List<Waiter> waiters = new ArrayList<>();
    long ended = 0;
    synchronized (buckets) { // None is made meanwhile, in which somebody could wait.
      List<WaitBucket> existing = existing();
      existing.forEach(WaitBucket::lock);
      try {
        for (WaitBucket bucket : existing) {
          ended += bucket.ended + bucket.unequal.get();
          bucket.waits.forEach(node -> waiters.add(node.waiter()));
        }
      } finally {
        existing.forEach(WaitBucket::unlock);
      }
    }
    return new WaitSnapshot(waiters, ended);
  }

  @Override
  public void close() {
    closed = true;
    for (Waiter waiter : snapshot().waiters()) {
      endAll(waiter.address());
    }
  }

  private void endAll(int address) {
    WaitBucket bucket = bucket(address);
    WaitNode[] ended;
    bucket.lock();
    try {
      ended = bucket.waits.first(address, Long.MAX_VALUE);
      for (WaitNode node : ended) {
        bucket.end(node, WaitNode.State.CLOSED);
      }
    } finally {
      bucket.unlock();
    }
    for (WaitNode node : ended) {
      node.wake();
    }
  }

  /** Whether no state is left of any wait; meaningful when no wait or notify is in progress. */
  boolean idle() {
    return existing().stream()
        .allMatch(bucket -> bucket.announced() == 0 && bucket.waits.isPristine());
  }

  private static int indexOf(int address) {
    return (address >>> 2) * 0x9E3779B9 >>> -Integer.numberOfTrailingZeros(BUCKETS);
  }
}
