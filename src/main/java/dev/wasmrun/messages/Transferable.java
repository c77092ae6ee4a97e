package dev.wasmrun.messages;

/**
 * What a message can carry to its receiver so that the sender loses it: a port or a buffer. The
 * receiver finds a new object in the message; using the old one throws {@link DetachedException}.
 */
public sealed interface Transferable permits MessagePort, TransferableBuffer {

  /** Whether it was transferred, so that this object is of no use any more. */
  boolean isDetached();
}
