package dev.wasmrun.messages;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One side of a {@link MessageChannel}: what is posted through it, the port at the other side
 * receives, and the other way round. Thread-safe.
 *
 * <p>Posting copies the value as {@link StructuredClone} says, at once, so that the poster may
 * change it afterwards; what is in the list of what to transfer moves instead. A message that is
 * posted <i>happens before</i> its reception.
 *
 * <p>Nothing is lost when a side closes. What was posted before is received before the end is. What
 * the closing side has not received itself goes back to the other: see {@link #undelivered}.
 */
public final class MessagePort extends MessageReceiver implements Transferable {
  private final String name;

  /** Null once the port has been transferred. */
  private final AtomicReference<Ends> ends;

  MessagePort(String name, Ends ends) {
    this.name = name;
    this.ends = new AtomicReference<>(ends);
  }

  /**
   * Posts a value, and waits for room if the channel is bounded.
   *
   * @param transfer ports and buffers in the value that the receiver gets and the poster loses; a
   *     buffer that is not listed is copied, a port that is not listed refused
   * @throws DataCloneException if part of the value can be neither copied nor transferred
   * @throws PortClosedException if this side or the other is closed
   * @throws DetachedException if this port, or something to be transferred, was transferred already
   * @throws PortFullException if the thread is interrupted while it waits for room
   */
  public void post(Object value, Transferable... transfer) {
    try {
      post(value, -1, transfer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PortFullException("interrupted while %s waited for room to post".formatted(this));
    }
  }

  /**
   * Posts a value like {@link #post} if there is room now.
   *
   * @return whether there was; if not, nothing has happened
   */
  public boolean tryPost(Object value, Transferable... transfer) {
    try {
      return post(value, 0, transfer);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody waits for no time", e);
    }
  }

  /** Posts a value like {@link #tryPost} if there is room within a time. */
  public boolean tryPost(Object value, Duration timeout, Transferable... transfer)
      throws InterruptedException {
    return post(value, Nanoseconds.of(timeout), transfer);
  }

  private boolean post(Object value, long nanos, Transferable... transfer)
      throws InterruptedException {
    Ends own = attached();
    var moves = new Transfer(List.of(transfer), own);
    Object copy = moves.copy(value);
    if (own.out().bytesOnly()) {
      copy = Transfer.toBytes(copy);
    }
    moves.begin();
    boolean posted = false;
    try {
      posted = own.out().add(new Message(copy, moves.ports()), nanos, () -> ends.get() == own);
    } finally {
      if (!posted) {
        moves.takeBack();
      }
    }
    return posted;
  }

  /**
   * What becomes of what was posted here: completes with the messages that the other side closed
   * without having received, in order; with none if it received them all and this side is closed.
   *
   * <p>Buffers in such messages are again for use by whoever asks; ports in them are closed, so
   * that nobody waits at their other sides for ever. Who never asks is told of unread messages by a
   * warning of the JDK's {@link System.Logger}. It completes on the thread that brings it about.
   *
   * @throws DetachedException if this port was transferred
   */
  public CompletableFuture<List<Message>> undelivered() {
    return attached().out().unread();
  }

  /**
   * Closes this side, for both directions, and ends whoever waits here. The other side receives
   * what was posted before and then the end. What this side has not received goes back to the
   * other, see {@link #undelivered}: receive until there is nothing, then close, to lose nothing.
   *
   * <p>Closing a closed or transferred port does nothing.
   */
  @Override
  public void close() {
    Ends own = ends.get();
    if (own != null) {
      own.out().closeWriter();
      own.in().closeReader();
    }
  }

  @Override
  public boolean isDetached() {
    return ends.get() == null;
  }

  @Override
  Lane incoming() {
    return attached().in();
  }

  @Override
  boolean reads(Lane lane) {
    Ends own = ends.get();
    return own != null && own.in() == lane;
  }

  private Ends attached() {
    Ends own = ends.get();
    if (own == null) {
      throw new DetachedException("%s was transferred; its new owner uses it".formatted(name));
    }
    return own;
  }

  // Transfer.

  Ends ends() {
    return attached();
  }

  /** The object that the receiver of this port gets: without a channel until then. */
  MessagePort successor() {
    return new MessagePort(name, null);
  }

  /** Takes the channel away from this port. */
  Ends detach() {
    Ends taken = attached();
    if (!ends.compareAndSet(taken, null)) {
      attached(); // throws: another thread was faster
    }
    if (taken.in().hasHandler()) {
      ends.set(taken);
      throw new DataCloneException(
          "%s cannot be transferred: it delivers to a handler; transfer it before".formatted(name));
    }
    taken.nudge();
    return taken;
  }

  void attach(Ends given) {
    ends.set(given);
  }

  /** The port's name. */
  @Override
  public String toString() {
    return name;
  }
}
