package dev.wasmrun.messages;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Two ports, each of which receives what is posted through the other.
 *
 * <pre>{@code
 * var channel = MessageChannel.create();
 * channel.port1().post(Map.of("add", List.of(2, 3)));
 * Message message = channel.port2().receive().orElseThrow();
 * }</pre>
 *
 * @param port1 one of the two
 * @param port2 the other
 */
public record MessageChannel(MessagePort port1, MessagePort port2) implements AutoCloseable {
  private static final AtomicLong CREATED = new AtomicLong();

  /** A channel that holds any number of unread messages, so that posting never waits. */
  public static MessageChannel create() {
    return create(Integer.MAX_VALUE);
  }

  /**
   * A channel that holds so many unread messages in each direction; whoever posts beyond waits.
   *
   * @param capacity how many, at least 1
   * @throws IllegalArgumentException if it is less
   */
  public static MessageChannel create(int capacity) {
    return between(named("port 1"), named("port 2"), capacity, false);
  }

  /** Like {@link #create(int)}, with ports that error messages call by these names. */
  public static MessageChannel between(String name1, String name2, int capacity) {
    return between(name1, name2, capacity, false);
  }

  /**
   * Like {@link #between}, for messages that are bytes, such as guests receive: a byte array, a
   * {@link TransferableBuffer} or text, which is posted in its UTF-8 form; {@link Message#bytes}
   * has them. Posting anything else throws {@link DataCloneException}.
   */
  public static MessageChannel ofBytes(String name1, String name2, int capacity) {
    return between(name1, name2, capacity, true);
  }

  private static MessageChannel between(
      String name1, String name2, int capacity, boolean bytesOnly) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "a channel holds at least 1 unread message, got %s".formatted(capacity));
    }
    var to1 = new Lane(name1, capacity, bytesOnly);
    var to2 = new Lane(name2, capacity, bytesOnly);
    return new MessageChannel(
        new MessagePort(name1, new Ends(to1, to2)), new MessagePort(name2, new Ends(to2, to1)));
  }

  private static String named(String port) {
    return "%s of channel %s".formatted(port, CREATED.incrementAndGet());
  }

  /** Closes both ports. */
  @Override
  public void close() {
    port1.close();
    port2.close();
  }
}
