package dev.wasmrun.memory;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** The threads that wait on the addresses of one memory, in order of arrival per address. */
final class WaitQueues implements WaitingRoom {
  /*
   * Addresses are spread over buckets, each with a lock and a queue per address that has waiters.
   * Under the lock a waiter compares and enqueues, and a notify takes waiters off the head; whoever
   * takes a waiter off its queue, be it a notify, its timeout or its interruption, decides under the
   * same lock how its wait ends. So a notify counts exactly the waiters that return WOKEN, and one
   * that enqueues later cannot be among them.
   *
   * Locks: one bucket's at a time, except that snapshot() takes all in ascending order. While one is
   * held nothing is called but reading the memory and asking listeners whether they listen; threads
   * are unparked, futures completed and listeners told after.
   *
   * A notify that finds nobody must be cheap, so each bucket counts its waiters outside the lock,
   * from before they compare until they are off the queue. The bad outcome to prevent: a thread
   * stores, then notifies and sees no waiter, while a waiter has announced itself, compared the old
   * value and sleeps for ever. It needs both to read before the other's write: the notifier's store
   * then reads the count, the waiter writes the count then reads the value. A full fence on each
   * side, between write and read, forbids it. The notifier's is explicit, for the guest's store may
   * be a plain one; the waiter's is in its atomic increment.
   */

  private static final int BUCKETS = 64;

  /** Ints between two counts, so that each has a cache line to itself. */
  private static final int STRIDE = 16;

  /** A bucket that has held this many addresses gets a new, small table when it is next empty. */
  private static final int LARGE = 64;

  /**
   * Looks at the state, a few microseconds in all, before parking, which costs several times that
   * to be woken from; none where no other thread can run meanwhile.
   */
  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 300 : 0;

  private static final class Bucket extends ReentrantLock {
    private static final long serialVersionUID = 1L;

    /** Guarded by this lock; holds no empty queue. */
    private transient Map<Integer, Queue> queues = new HashMap<>();

    /** Most addresses in {@code queues} since it was made; guarded by this lock. */
    private int peak;

    /** Waits here that ended otherwise than by their timeout; guarded by this lock. */
    private long ended;
  }

  /** A doubly linked list; guarded by its bucket's lock. */
  private static final class Queue {
    private WaitNode head;
    private WaitNode tail;
  }

  private final LinearMemory memory;
  private final Signals signals;
  private final Bucket[] buckets = new Bucket[BUCKETS];
  private final AtomicIntegerArray announced = new AtomicIntegerArray(BUCKETS * STRIDE);

  /** Set once before the buckets are emptied; read under a bucket's lock. */
  private volatile boolean closed;

  WaitQueues(LinearMemory memory, Signals signals) {
    this.memory = memory;
    this.signals = signals;
    for (int i = 0; i < BUCKETS; i++) {
      buckets[i] = new Bucket();
    }
  }

  @Override
  public WaitResult await(int address, int width, long expected, long timeoutNanos)
      throws InterruptedException {
    WaitNode node = WaitNode.blocking(address, width, expected, timeoutNanos >= 0);
    if (!signals.heard()) {
      return await(node, timeoutNanos);
    }
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
    long start = System.nanoTime();
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (!enqueue(node)) {
      return WaitResult.NOT_EQUAL;
    }
    if (timeoutNanos != 0) {
      spin(node);
    }
    boolean interrupted = false;
    while (node.state() == WaitNode.State.WAITING) {
      if (Thread.interrupted()) {
        interrupted = true;
        leave(node, WaitNode.State.INTERRUPTED);
      } else if (timeoutNanos < 0) {
        LockSupport.park(memory);
      } else {
        long left = timeoutNanos - (System.nanoTime() - start);
        if (left > 0) {
          LockSupport.parkNanos(memory, left);
        } else {
          leave(node, WaitNode.State.TIMED_OUT);
        }
      }
    }
    return outcome(node, interrupted);
  }

  /** Gives a notify that is already under way the chance to come before the thread is parked. */
  private static void spin(WaitNode node) {
    for (int i = 0; i < SPINS && node.state() == WaitNode.State.WAITING; i++) {
      Thread.onSpinWait();
    }
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
    if (enqueue(node)) {
      future.watch(node, timeoutNanos);
    } else {
      future.finish(() -> WaitResult.NOT_EQUAL);
    }
    return future;
  }

  /** Announces, compares and enqueues; false if the memory does not hold the expected value. */
  private boolean enqueue(WaitNode node) {
    int index = bucketOf(node.address);
    Bucket bucket = buckets[index];
    announced.getAndIncrement(index * STRIDE); // Before comparing: see above.
    boolean queued = false;
    bucket.lock();
    try {
      if (closed) {
        throw MemoryTrap.closed();
      }
      if (memory.waitedValue(node.address, node.width) == node.expected) {
        append(bucket, node);
        queued = true;
      } else {
        bucket.ended++;
      }
      return queued;
    } finally {
      if (!queued) {
        announced.getAndDecrement(index * STRIDE);
      }
      bucket.unlock();
    }
  }

  /** Takes a waiter off its queue to end as given, unless its wait has ended otherwise. */
  boolean leave(WaitNode node, WaitNode.State end) {
    int index = bucketOf(node.address);
    Bucket bucket = buckets[index];
    bucket.lock();
    try {
      if (node.state() != WaitNode.State.WAITING) {
        return false;
      }
      remove(bucket, node);
      announced.getAndDecrement(index * STRIDE);
      node.end(end);
      if (end != WaitNode.State.TIMED_OUT) {
        bucket.ended++;
      }
      return true;
    } finally {
      bucket.unlock();
    }
  }

  @Override
  public int notify(int address, int count) {
    int index = bucketOf(address);
    VarHandle.fullFence(); // Between the guest's store and reading the count: see above.
    if (count == 0 || announced.get(index * STRIDE) == 0) {
      signals.notified(address, count, 0, 0);
      return 0;
    }
    List<WaitNode> woken = take(index, address, Integer.toUnsignedLong(count));
    for (WaitNode node : woken) {
      node.wake();
    }
    long wokenNanos = woken.isEmpty() ? 0 : woken.get(0).wokenNanos();
    signals.notified(address, count, woken.size(), wokenNanos);
    return woken.size();
  }

  /** Ends the waits of the first waiters in the queue, and returns them in order. */
  private List<WaitNode> take(int index, int address, long count) {
    Bucket bucket = buckets[index];
    List<WaitNode> taken = new ArrayList<>(1);
    bucket.lock();
    try {
      // One time for all, and under the lock, or a wait could look woken before it began.
      long now = signals.now();
      Queue queue = bucket.queues.get(address);
      while (queue != null && queue.head != null && taken.size() < count) {
        WaitNode node = queue.head;
        remove(bucket, node);
        node.endWoken(now);
        taken.add(node);
      }
      announced.getAndAdd(index * STRIDE, -taken.size());
      bucket.ended += taken.size();
      return taken;
    } finally {
      bucket.unlock();
    }
  }

  private static void append(Bucket bucket, WaitNode node) {
    Queue queue = bucket.queues.computeIfAbsent(node.address, address -> new Queue());
    bucket.peak = Math.max(bucket.peak, bucket.queues.size());
    node.previous = queue.tail;
    if (queue.tail == null) {
      queue.head = node;
    } else {
      queue.tail.next = node;
    }
    queue.tail = node;
  }

  private static void remove(Bucket bucket, WaitNode node) {
    Queue queue = bucket.queues.get(node.address);
    if (node.previous == null) {
      queue.head = node.next;
    } else {
      node.previous.next = node.next;
    }
    if (node.next == null) {
      queue.tail = node.previous;
    } else {
      node.next.previous = node.previous;
    }
    node.previous = null;
    node.next = null;
    if (queue.head == null) {
      bucket.queues.remove(node.address);
      shrink(bucket);
    }
  }

  private static void shrink(Bucket bucket) {
    if (bucket.queues.isEmpty() && bucket.peak > LARGE) {
      bucket.queues = new HashMap<>();
      bucket.peak = 0;
    }
  }

  @Override
  public WaitSnapshot snapshot() {
    List<Waiter> waiters = new ArrayList<>();
    long ended = 0;
    for (Bucket bucket : buckets) {
      bucket.lock();
    }
    try {
      for (Bucket bucket : buckets) {
        ended += bucket.ended;
        for (Queue queue : bucket.queues.values()) {
          for (WaitNode node = queue.head; node != null; node = node.next) {
            waiters.add(node.waiter());
          }
        }
      }
    } finally {
      for (Bucket bucket : buckets) {
        bucket.unlock();
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
    int index = bucketOf(address);
    Bucket bucket = buckets[index];
    List<WaitNode> ended = new ArrayList<>();
    bucket.lock();
    try {
      Queue queue = bucket.queues.get(address);
      while (queue != null && queue.head != null) {
        WaitNode node = queue.head;
        remove(bucket, node);
        node.end(WaitNode.State.CLOSED);
        ended.add(node);
      }
      announced.getAndAdd(index * STRIDE, -ended.size());
    } finally {
      bucket.unlock();
    }
    ended.forEach(WaitNode::wake);
  }

  /** Whether no state is left of any wait; meaningful when no wait or notify is in progress. */
  boolean idle() {
    for (int i = 0; i < BUCKETS; i++) {
      if (announced.get(i * STRIDE) != 0
          || !buckets[i].queues.isEmpty()
          || buckets[i].peak > LARGE) {
        return false;
      }
    }
    return true;
  }

  private static int bucketOf(int address) {
    return (address >>> 2) * 0x9E3779B9 >>> -Integer.numberOfTrailingZeros(BUCKETS);
  }
}
