package dev.wasmrun.messages;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * What waits in a lane, which of the lane's ends are closed, and whom a change of either concerns.
 *
 * <p>Guarded by the lane's lock.
 */
final class Backlog {
  private final String reader;
  private final int capacity;
  private final Deque<Message> queue = new ArrayDeque<>();
  private final Watchers readable = new Watchers();
  private final Watchers writable = new Watchers();
  private boolean writerClosed;
  private boolean readerClosed;
  private boolean reportWanted;
  private boolean reported;
  private Delivery delivery; // null as long as readers come themselves

  Backlog(String reader, int capacity) {
    this.reader = reader;
    this.capacity = capacity;
  }

  /**
   * What a change means for others, to be told when the lock is released.
   *
   * @param watchers futures to complete
   * @param due the delivery that has to submit a task
   * @param unread what will not be read; empty as long as that is not known, and once it was told
   * @param warning whether nobody has asked for that
   */
  record News(
      List<CompletableFuture<Void>> watchers,
      Optional<Delivery> due,
      Optional<List<Message>> unread,
      boolean warning) {}

  /** What there is to tell now; it will not be told again. */
  News news() {
    var watchers = new ArrayList<CompletableFuture<Void>>(0);
    readable.moveTo(watchers, isReady());
    writable.moveTo(watchers, isWritable());
    boolean due = delivery != null && isReady() && !delivery.isRunning();
    Optional<List<Message>> unread =
        isAtEnd() && !reported ? Optional.of(List.copyOf(queue)) : Optional.empty();
    if (isAtEnd()) {
      reported = true;
      queue.clear();
    }
    return new News(
        watchers, due ? Optional.of(delivery) : Optional.empty(), unread, !reportWanted);
  }

  /**
   * Checks that one can post.
   *
   * @param attached whether the poster's port is still its own
   */
  void requireWriter(BooleanSupplier attached) {
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

  /**
   * Checks that one can receive.
   *
   * @param attached whether the reader's port is still its own
   */
  void requireReader(BooleanSupplier attached) {
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

  boolean hasRoom() {
    return queue.size() < capacity;
  }

  void add(Message message) {
    queue.add(message);
  }

  /** The message that comes first; null if there is none. */
  Message first() {
    return queue.peek();
  }

  void removeFirst() {
    queue.remove();
  }

  /** Whether a reader would not have to wait: there is a message, or there will be none. */
  boolean isReady() {
    return !queue.isEmpty() || writerClosed || readerClosed;
  }

  /** Whether a poster would not have to wait. */
  boolean isWritable() {
    return hasRoom() || writerClosed || readerClosed;
  }

  /** Whether nothing will be read any more. */
  boolean isAtEnd() {
    return readerClosed || writerClosed && queue.isEmpty();
  }

  boolean isReaderClosed() {
    return readerClosed;
  }

  void closeWriter() {
    writerClosed = true;
  }

  void closeReader() {
    readerClosed = true;
  }

  void wantReport() {
    reportWanted = true;
  }

  /** The way to the handler; null if there is none. */
  Delivery delivery() {
    return delivery;
  }

  void deliverBy(Delivery chosen) {
    delivery = chosen;
  }

  CompletableFuture<Void> watchReadable() {
    return readable.add(isReady());
  }

  CompletableFuture<Void> watchWritable() {
    return writable.add(isWritable());
  }

  void forget(CompletableFuture<Void> watcher) {
    readable.remove(watcher);
    writable.remove(watcher);
  }
}
