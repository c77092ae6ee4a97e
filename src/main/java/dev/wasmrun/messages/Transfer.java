package dev.wasmrun.messages;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The move of ports and buffers with one message: first their successors take their places in the
 * copy, then they lose what they have to these, and get it back if the message could not be posted.
 *
 * <p>Used by one thread.
 */
final class Transfer {
  private final List<Transferable> moving;
  private final Map<Object, Object> successors = new IdentityHashMap<>();
  private final List<Runnable> undo = new ArrayList<>();

  /**
   * Checks what is to move; nothing has moved yet.
   *
   * @param through the ends of the port through which it is to move
   * @throws DataCloneException if something cannot
   * @throws DetachedException if something has been transferred already
   */
  Transfer(List<Transferable> moving, Ends through) {
    this.moving = moving;
    for (Transferable each : moving) {
      if (each instanceof MessagePort port && port.ends().shareChannelWith(through)) {
        throw new DataCloneException(
            "%s cannot be transferred through its own channel".formatted(port));
      }
      if (successors.put(each, successorOf(each)) != null) {
        throw new DataCloneException("%s is to be transferred twice".formatted(each));
      }
    }
  }

  private static Transferable successorOf(Transferable each) {
    return each instanceof MessagePort port ? port.successor() : TransferableBuffer.successor();
  }

  /** A copy of a value, with successors in the places of what moves. */
  Object copy(Object value) {
    for (Transferable each : moving) {
      if (each instanceof TransferableBuffer buffer) {
        buffer.length(); // throws if it is detached
      }
    }
    return new StructuredClone(successors).copyOf(value);
  }

  /** The ports that move, as the receiver has them. */
  List<MessagePort> ports() {
    return moving.stream()
        .map(successors::get)
        .filter(MessagePort.class::isInstance)
        .map(MessagePort.class::cast)
        .toList();
  }

  /**
   * Moves everything.
   *
   * @throws DetachedException if something was transferred meanwhile; nothing has moved then
   * @throws DataCloneException if a port got a handler meanwhile; nothing has moved then
   */
  void begin() {
    boolean all = false;
    try {
      moving.forEach(this::move);
      all = true;
    } finally {
      if (!all) {
        takeBack();
      }
    }
  }

  private void move(Transferable each) {
    if (each instanceof MessagePort port) {
      Ends ends = port.detach();
      ((MessagePort) successors.get(port)).attach(ends);
      undo.add(() -> port.attach(ends));
    } else if (each instanceof TransferableBuffer buffer) {
      byte[] content = buffer.detach();
      ((TransferableBuffer) successors.get(buffer)).attach(content);
      undo.add(() -> buffer.attach(content));
    }
  }

  /** Gives everything back that has moved. */
  void takeBack() {
    undo.forEach(Runnable::run);
    undo.clear();
  }

  /**
   * The bytes that a copy stands for.
   *
   * @throws DataCloneException if it is no bytes and no text
   */
  static Object toBytes(Object copy) {
    if (copy instanceof byte[]) {
      return copy;
    }
    if (copy instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    if (copy instanceof TransferableBuffer) {
      return copy;
    }
    throw new DataCloneException(
        "a guest receives bytes or text, got %s at message; encode it"
            .formatted(copy == null ? "null" : "a " + copy.getClass().getName()));
  }
}
