package dev.wasmrun.messages;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The receiving side of a channel: messages in the order of posting, each received once, and then
 * the end.
 *
 * <p>Messages are kept until they are received, in one of two ways: by threads that call {@link
 * #receive()} and its like, or by a handler. Thread-safe; of several threads that receive, each
 * message goes to one.
 */
public abstract sealed class MessageReceiver implements AutoCloseable
    permits MessagePort, BroadcastChannel {

  MessageReceiver() {}

  /**
   * The lane that is read.
   *
   * @throws DetachedException if another receiver has it now
   */
  abstract Lane incoming();

  /** Whether that lane is still this receiver's. */
  abstract boolean reads(Lane lane);

  /**
   * Receives the next message, and waits for it if need be.
   *
   * @return empty at the end: the other side is closed and everything was received
   * @throws InterruptedException if the thread is interrupted; no message is lost by that
   * @throws PortClosedException if this side is closed, perhaps meanwhile
   * @throws DetachedException if this is a port that was transferred, perhaps meanwhile
   * @throws IllegalStateException if there is a handler
   */
  public final Optional<Message> receive() throws InterruptedException {
    return receive(-1);
  }

  /**
   * Like {@link #receive()}, waiting for at most this long, or not at all if that is not positive;
   * empty also if no message came. {@link #isAtEnd} tells which.
   */
  public final Optional<Message> receive(Duration timeout) throws InterruptedException {
    return receive(Nanoseconds.of(timeout));
  }

  /** Receives the next message if there is one, like {@link #receive()}, but never waits. */
  public final Optional<Message> receiveNow() {
    try {
      return receive(0);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody waits for no time", e);
    }
  }

  private Optional<Message> receive(long nanos) throws InterruptedException {
    Lane lane = incoming();
    return lane.first(nanos, () -> reads(lane), message -> true);
  }

  /** Whether no message will be received any more. */
  public final boolean isAtEnd() {
    return incoming().isAtEnd();
  }

  /**
   * Has every message given to a handler, from those that wait already to the last, in order and
   * never two at a time, as tasks of an executor. For the life of the receiver.
   *
   * <p>On an executor that runs its tasks one after the other in the order of submission, such as
   * an {@link EventLoop}, whatever is submitted after a message was posted runs after the handler
   * got that message.
   *
   * @return completes after the last message, when the other side is closed, or when this side is;
   *     fails with what the handler throws, or with the executor's refusal of a task. The receiver
   *     is closed then. Cancelling it changes nothing.
   * @throws PortClosedException if this side is closed
   * @throws DetachedException if this is a port that was transferred
   * @throws IllegalStateException if there is a handler already
   */
  public final CompletableFuture<Void> onMessage(Executor executor, Consumer<Message> handler) {
    Objects.requireNonNull(executor, "executor");
    Objects.requireNonNull(handler, "handler");
    Lane lane = incoming();
    return lane.deliver(executor, handler, () -> reads(lane), this::close);
  }

  /** Closes this side. */
  @Override
  public abstract void close();
}
