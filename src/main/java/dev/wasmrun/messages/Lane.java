package dev.wasmrun.messages;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** One direction of a channel: messages in the order of posting, until both its ends are closed. */
final class Lane {
  /*
   * One lock guards all fields. While it is held nothing is called but the predicates given, which
   * call nobody; futures complete, executors get tasks and messages are abandoned after: in News.
   * So no thread ever holds the locks of two lanes.
   *
   * Each reader that finds the lane ready takes a message or leaves it (it may be too long for a
   * guest's buffer) and then signals the next reader if the lane is still ready. The bad outcome to
   * prevent: a message that its reader left stays while another reader sleeps.
   */

  private static final System.Logger LOG = System.getLogger(Lane.class.getName());

  private final String reader;
  private final int capacity;
  private final boolean bytesOnly;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ready = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Deque<Message> queue = new ArrayDeque<>();
  private final Watchers readable = new Watchers();
  private final Watchers writable = new Watchers();
  private boolean writerClosed;
  private boolean readerClosed;
  private boolean reportWanted;
  private boolean reported;
  private Delivery delivery; // null as long as readers come themselves

  private final CompletableFuture<List<Message>> unread = new CompletableFuture<>();

  /**
   * Creates an empty lane.
   *
   * @param reader who reads it, for error messages
   * @param capacity how many messages may be unread, at least 1
   * @param bytesOnly whether its messages are bytes
   */
  Lane(String reader, int capacity, boolean bytesOnly) {
    this.reader = reader;
    this.capacity = capacity;
    this.bytesOnly = bytesOnly;
  }

  boolean bytesOnly() {
    return bytesOnly;
  }

  // Writers.

  /**
   * Adds a message.
   *
   * @param nanos the longest time to wait for room; negative for ever
   * @param attached whether the poster still is one; asked under the lock
   * @return whether there was room
   * @throws PortClosedException if either side is closed, perhaps meanwhile
   */
  boolean add(Message message, long nanos, BooleanSupplier attached) throws InterruptedException {
    News news;
    lock.lock();
    try {
      long left = nanos;
      requireWriter(attached);
      while (queue.size() >= capacity) {
        if (left == 0) {
          return false;
        }
        left = sleep(room, left);
        requireWriter(attached);
      }
      news = enqueue(message);
    } finally {
      lock.unlock();
    }
    news.tell();
    return true;
  }

  /** Adds a message to a lane without bounds, if the reader is there, for the caller to tell. */
  Optional<Runnable> addUntold(Message message) {
    lock.lock();
    try {
      return readerClosed ? Optional.empty() : Optional.of(enqueue(message)::tell);
    } finally {
      lock.unlock();
    }
  }

  private News enqueue(Message message) {
    queue.add(message);
    ready.signal();
    return new News();
  }

  private void requireWriter(BooleanSupplier attached) {
    if (!attached.getAsBoolean()) {
      throw new DetachedException("the port that posts to %s was transferred".formatted(reader));
    }
    if (writerClosed) {
      throw new PortClosedException(
          "cannot post to %s: this side has been closed".formatted(reader));
    }
    if (readerClosed) {
      throw new PortClosedException("cannot post: %s is closed".formatted(reader));
    }
  }

  /** Completes, on whichever thread makes it so, once a poster would not have to wait. */
  CompletableFuture<Void> writable() {
    return watch(writable, this::isWritableNow);
  }

  /** Says that nothing more will be posted. */
  void closeWriter() {
    change(() -> writerClosed = true);
  }

  /** What will not be read, once that is known. */
  CompletableFuture<List<Message>> unread() {
    lock.lock();
    try {
      reportWanted = true;
    } finally {
      lock.unlock();
    }
    return unread.copy();
  }

  // Readers.

  /**
   * The first message, taken if it is wanted; empty at the end, or if there is none in time.
   *
   * @param nanos the longest time to wait; negative for ever
   * @param attached whether the reader still is one; asked under the lock
   * @param wanted asked under the lock
   */
  Optional<Message> first(long nanos, BooleanSupplier attached, Predicate<Message> wanted)
      throws InterruptedException {
    Message first;
    News news;
    lock.lock();
    try {
      long left = nanos;
      requireReader(attached);
      while (!isReadyNow() && left != 0) {
        left = sleep(ready, left);
        requireReader(attached);
      }
      first = queue.peek();
      if (first != null && wanted.test(first)) {
        removeFirst();
      }
      news = new News();
    } finally {
      if (isReadyNow()) {
        ready.signal();
      }
      lock.unlock();
    }
    news.tell();
    return Optional.ofNullable(first);
  }

  private void requireReader(BooleanSupplier attached) {
    if (!attached.getAsBoolean()) {
      throw new DetachedException("%s was transferred; its new owner receives".formatted(reader));
    }
    if (readerClosed) {
      throw new PortClosedException("cannot receive: %s has been closed".formatted(reader));
    }
    if (delivery != null) {
      throw new IllegalStateException(
          "cannot receive: %s delivers its messages to a handler".formatted(reader));
    }
  }

  private void removeFirst() {
    queue.remove();
    room.signal();
  }

  /** Completes, on whichever thread makes it so, once a reader would not have to wait. */
  CompletableFuture<Void> readable() {
    return watch(readable, this::isReadyNow);
  }

  /** Whether everything was read and nothing more will come, or the reader has closed it. */
  boolean isAtEnd() {
    lock.lock();
    try {
      return readerClosed || writerClosed && queue.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Has all messages given to a handler; see {@link MessageReceiver#onMessage}. */
  CompletableFuture<Void> deliver(
      Executor executor, Consumer<Message> handler, BooleanSupplier attached, Runnable close) {
    var subscribed = new Delivery(this, executor, handler, close);
    change(
        () -> {
          requireReader(attached);
          delivery = subscribed;
        });
    return subscribed.ended();
  }

  boolean hasHandler() {
    lock.lock();
    try {
      return delivery != null;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the delivery's task, which has just begun, is the one that gives messages. */
  boolean beginDelivery() {
    lock.lock();
    try {
      boolean begins = !delivery.isRunning();
      delivery.setRunning(true);
      return begins;
    } finally {
      lock.unlock();
    }
  }

  /** The next message for the delivery's task; empty if there is none, which ends the task. */
  Optional<Message> next() {
    Message next;
    News news;
    boolean end;
    lock.lock();
    try {
      next = queue.peek();
      if (next != null) {
        removeFirst();
      }
      news = new News();
      end = next == null && isReadyNow();
      delivery.setRunning(next != null || end); // after the end no task has anything to do
    } finally {
      lock.unlock();
    }
    news.tell();
    if (end) {
      delivery.finish();
    }
    return Optional.ofNullable(next);
  }

  /** Says that nothing more will be read, and reports what has not been. */
  void closeReader() {
    change(() -> readerClosed = true);
  }

  // Both.

  /** Has whoever waits look again whether it is attached. */
  void nudge() {
    change(() -> {});
  }

  private void change(Runnable change) {
    News news;
    lock.lock();
    try {
      change.run();
      ready.signalAll();
      room.signalAll();
      news = new News();
    } finally {
      lock.unlock();
    }
    news.tell();
  }

  private boolean isReadyNow() {
    return !queue.isEmpty() || writerClosed || readerClosed;
  }

  private boolean isWritableNow() {
    return queue.size() < capacity || writerClosed || readerClosed;
  }

  /** Waits at most so long, for ever if negative; returns what is left, never negative if timed. */
  private static long sleep(Condition condition, long nanos) throws InterruptedException {
    if (nanos < 0) {
      condition.await();
      return nanos;
    }
    return Math.max(0, condition.awaitNanos(nanos));
  }

  private CompletableFuture<Void> watch(Watchers watchers, BooleanSupplier holds) {
    lock.lock();
    try {
      return watchers.add(holds.getAsBoolean());
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what nobody waits for any more. */
  void forget(CompletableFuture<Void> future) {
    lock.lock();
    try {
      readable.remove(future);
      writable.remove(future);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What a change of the lane means for others: found out under the lock, told when it is released.
   */
  private final class News {
    private final List<CompletableFuture<Void>> watchers = new ArrayList<>(0);
    private final Delivery due;
    private final List<Message> left; // null if it is not known yet, or others tell it

    News() {
      readable.moveTo(watchers, isReadyNow());
      writable.moveTo(watchers, isWritableNow());
      due = delivery != null && isReadyNow() && !delivery.isRunning() ? delivery : null;
      boolean known = readerClosed || writerClosed && queue.isEmpty();
      left = known && !reported ? List.copyOf(queue) : null;
      if (known) {
        reported = true;
        queue.clear();
      }
    }

    void tell() {
      if (left != null) {
        report(left);
      }
      watchers.forEach(watcher -> watcher.complete(null));
      if (due != null) {
        due.submit();
      }
    }
  }

  private void report(List<Message> left) {
    left.forEach(Message::abandon);
    unread.complete(left);
    if (!left.isEmpty() && !isReportWanted()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} was closed with {1} unread, the first a {2}; ask the port that posted for undelivered()",
          reader,
          left.size() == 1 ? "1 message" : left.size() + " messages",
          left.get(0));
    }
  }

  private boolean isReportWanted() {
    lock.lock();
    try {
      return reportWanted;
    } finally {
      lock.unlock();
    }
  }
}
