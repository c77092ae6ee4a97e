package dev.wasmrun.messages;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** One message as its receiver gets it: a copy of what was posted, which nobody else has. */
public final class Message {
  private final Object value;

  /** The ports that were transferred with it; whoever throws the message away closes them. */
  private final List<MessagePort> ports;

  Message(Object value, List<MessagePort> ports) {
    this.value = value;
    this.ports = ports;
  }

  /** What was posted; may be null. */
  public Object value() {
    return value;
  }

  /**
   * What was posted, as one of its types.
   *
   * @throws ClassCastException if it is of another type; names both
   */
  public <T> T as(Class<T> type) {
    if (value != null && !type.isInstance(value)) {
      throw new ClassCastException(
          "the message is a %s, not a %s".formatted(value.getClass().getName(), type.getName()));
    }
    return type.cast(value);
  }

  /**
   * The bytes of a message that is a byte array, a {@link TransferableBuffer} or text, which is
   * taken in its UTF-8 form. The array may be the message's own.
   *
   * @throws ClassCastException if it is something else; names the type
   */
  public byte[] bytes() {
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    if (value instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    if (value instanceof TransferableBuffer buffer) {
      return buffer.toByteArray();
    }
    throw new ClassCastException(
        "the message is %s, not bytes or text"
            .formatted(value == null ? "null" : "a " + value.getClass().getName()));
  }

  /** The text of a message that is text, or bytes, which are taken to be UTF-8. */
  public String text() {
    return value instanceof String text ? text : new String(bytes(), StandardCharsets.UTF_8);
  }

  /** Lets those who wait at the other sides of the message's ports know that nobody has these. */
  void abandon() {
    ports.forEach(MessagePort::close);
  }

  /** The form {@code message [1, 2, 3]}. */
  @Override
  public String toString() {
    return "message "
        + (value instanceof byte[] bytes ? "of %s bytes".formatted(bytes.length) : value);
  }
}
