package dev.wasmrun.messages;

import dev.wasmrun.Internal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A port as a guest uses it, which knows bytes and numbers only. Thread-safe.
 *
 * <p>What is not taken stays first in the queue, so a guest whose buffer is too short loses nothing
 * and may come again with a longer one.
 */
@Internal
public final class BytePort {
  /** The answer when the other side has closed and everything was received, or cannot be posted. */
  public static final int CLOSED = -1;

  /** The answer when there is no message, or no room for one, in time. */
  public static final int NOT_NOW = -2;

  /**
   * What became of an attempt to receive.
   *
   * @param answer the length of the first message, taken or not, or a negative number from above
   * @param bytes the message; null if it was not taken
   */
  public record Reception(int answer, byte[] bytes) {}

  private final MessagePort port;

  /** A view of a port whose messages are bytes. */
  public BytePort(MessagePort port) {
    this.port = port;
  }

  /** A port to which nobody posts and whose other side is closed. */
  public static BytePort closed() {
    try (var channel = MessageChannel.ofBytes("no port", "no port", 1)) {
      return new BytePort(channel.port1());
    }
  }

  /**
   * Takes the first message, if there is one and it is not too long; never waits.
   *
   * @param longest how many bytes it may have
   * @throws ClassCastException if it is something else than bytes or text; it stays
   */
  public Reception receive(int longest) {
    try {
      Optional<Message> first =
          port.incoming().first(0, () -> true, message -> message.bytes().length <= longest);
      if (first.isEmpty()) {
        return new Reception(port.isAtEnd() ? CLOSED : NOT_NOW, null);
      }
      byte[] bytes = first.get().bytes();
      return new Reception(bytes.length, bytes.length <= longest ? bytes : null);
    } catch (PortClosedException e) {
      return new Reception(CLOSED, null);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody waits for no time", e);
    }
  }

  /** Posts bytes if there is room; returns 0 if so, else {@link #CLOSED} or {@link #NOT_NOW}. */
  public int post(byte[] bytes) {
    try {
      return port.tryPost(bytes) ? 0 : NOT_NOW;
    } catch (PortClosedException e) {
      return CLOSED;
    }
  }

  /** Completes once {@link #receive} would not answer {@link #NOT_NOW}; to be given back. */
  public CompletableFuture<Void> readable() {
    return port.incoming().readable();
  }

  /** Completes once {@link #post} would not answer {@link #NOT_NOW}; to be given back. */
  public CompletableFuture<Void> writable() {
    return port.ends().out().writable();
  }

  /**
   * Gives a future back that nobody waits for any more; else it would be kept till it completes.
   */
  public void forget(CompletableFuture<Void> future) {
    port.incoming().forget(future);
    port.ends().out().forget(future);
  }
}
