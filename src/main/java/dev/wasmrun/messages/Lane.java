package dev.wasmrun.messages;

import dev.wasmrun.messages.Backlog.News;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One direction of a channel: messages in the order of posting, until both its ends are closed. */
final class Lane {
  /*
   * One lock guards the backlog. While it is held nothing is called but the predicates given, which
   * call nobody; futures complete, executors get tasks and messages are abandoned after. So no
   * thread ever holds the locks of two lanes.
   *
   * Each reader that finds the lane ready takes a message or leaves it (it may be too long for a
   * guest's buffer) and then signals the next reader if the lane is still ready. The bad outcome to
   * prevent: a message that its reader left stays while another reader sleeps.
   */

  private static final System.Logger LOG = System.getLogger(Lane.class.getName());

  private final String reader;
  private final boolean bytesOnly;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ready = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Backlog backlog;

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
    this.bytesOnly = bytesOnly;
    this.backlog = new Backlog(reader, capacity);
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
      backlog.requireWriter(attached);
      while (!backlog.hasRoom()) {
        if (left == 0) {
          return false;
        }
        left = sleep(room, left);
        backlog.requireWriter(attached);
      }
      news = enqueue(message);
    } finally {
      lock.unlock();
    }
    tell(news);
    return true;
  }

  /** Adds a message to a lane without bounds, if the reader is there; the caller runs the rest. */
  Optional<Runnable> addUntold(Message message) {
    return locked(
        () -> {
          if (backlog.isReaderClosed()) {
            return Optional.empty();
          }
          News news = enqueue(message);
          return Optional.of(() -> tell(news));
        });
  }

  private News enqueue(Message message) {
    backlog.add(message);
    ready.signal();
    return backlog.news();
  }

  /** Completes, on whichever thread makes it so, once a poster would not have to wait. */
  CompletableFuture<Void> writable() {
    return locked(backlog::watchWritable);
  }

  /** Says that nothing more will be posted. */
  void closeWriter() {
    change(backlog::closeWriter);
  }

  /** What will not be read, once that is known. */
  CompletableFuture<List<Message>> unread() {
    return locked(
        () -> {
          backlog.wantReport();
          return unread.copy();
        });
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
      backlog.requireReader(attached);
      while (!backlog.isReady() && left != 0) {
        left = sleep(ready, left);
        backlog.requireReader(attached);
      }
      first = backlog.first();
      if (first != null && wanted.test(first)) {
        removeFirst();
      }
      news = backlog.news();
    } finally {
      if (backlog.isReady()) {
        ready.signal();
      }
      lock.unlock();
    }
    tell(news);
    return Optional.ofNullable(first);
  }

  private void removeFirst() {
    backlog.removeFirst();
    room.signal();
  }

  /** Completes, on whichever thread makes it so, once a reader would not have to wait. */
  CompletableFuture<Void> readable() {
    return locked(backlog::watchReadable);
  }

  /** Whether everything was read and nothing more will come, or the reader has closed it. */
  boolean isAtEnd() {
    return locked(backlog::isAtEnd);
  }

  /** Has all messages given to a handler; see {@link MessageReceiver#onMessage}. */
  CompletableFuture<Void> deliver(
      Executor executor, Consumer<Message> handler, BooleanSupplier attached, Runnable close) {
    var delivery = new Delivery(this, executor, handler, close);
    change(
        () -> {
          backlog.requireReader(attached);
          backlog.deliverBy(delivery);
        });
    return delivery.ended();
  }

  boolean hasHandler() {
    return locked(() -> backlog.delivery() != null);
  }

  /** Whether the delivery's task, which has just begun, is the one that gives messages. */
  boolean beginDelivery() {
    return locked(
        () -> {
          boolean begins = !backlog.delivery().isRunning();
          backlog.delivery().setRunning(true);
          return begins;
        });
  }

  /** The next message for the delivery's task; empty if there is none, which ends the task. */
  Optional<Message> next() {
    Message next;
    News news;
    Delivery ended = null;
    lock.lock();
    try {
      next = backlog.first();
      if (next != null) {
        removeFirst();
      }
      news = backlog.news();
      if (next == null && backlog.isAtEnd()) {
        ended = backlog.delivery(); // which stays running: no other task has anything to do
      } else {
        backlog.delivery().setRunning(next != null);
      }
    } finally {
      lock.unlock();
    }
    tell(news);
    if (ended != null) {
      ended.finish();
    }
    return Optional.ofNullable(next);
  }

  /** Says that nothing more will be read, and reports what has not been. */
  void closeReader() {
    change(backlog::closeReader);
  }

  // Both.

  /** Has whoever waits look again whether it is attached. */
  void nudge() {
    change(() -> {});
  }

  private void change(Runnable change) {
    News news =
        locked(
            () -> {
              change.run();
              ready.signalAll();
              room.signalAll();
              return backlog.news();
            });
    tell(news);
  }

  private <T> T locked(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }

  /** Waits at most so long, for ever if negative; returns what is left, never negative if timed. */
  private static long sleep(Condition condition, long nanos) throws InterruptedException {
    if (nanos < 0) {
      condition.await();
      return nanos;
    }
    return Math.max(0, condition.awaitNanos(nanos));
  }

  /** Forgets a future that nobody waits for any more. */
  void forget(CompletableFuture<Void> watcher) {
    locked(
        () -> {
          backlog.forget(watcher);
          return null;
        });
  }

  private void tell(News news) {
    news.unread().ifPresent(left -> report(left, news.warning()));
    news.watchers().forEach(watcher -> watcher.complete(null));
    news.due().ifPresent(Delivery::submit);
  }

  private void report(List<Message> left, boolean warning) {
    left.forEach(Message::abandon);
    unread.complete(left);
    if (warning && !left.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} was closed with {1} unread, the first a {2}; ask the port that posted for undelivered()",
          reader,
          left.size() == 1 ? "1 message" : left.size() + " messages",
          left.get(0));
    }
  }
}
