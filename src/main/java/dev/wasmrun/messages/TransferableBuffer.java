package dev.wasmrun.messages;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An array of bytes of a fixed length that can be transferred with a message, without being copied.
 * Numbers in it are little-endian, as in linear memory.
 *
 * <p>Used by one thread at a time. Once it is transferred every method but {@link #isDetached}
 * throws {@link DetachedException}; every index that does not lie within it {@link
 * IndexOutOfBoundsException}.
 */
public final class TransferableBuffer implements Transferable {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Null once the buffer has been transferred. */
  private final AtomicReference<byte[]> content;

  private TransferableBuffer(byte[] content) {
    this.content = new AtomicReference<>(content);
  }

  /** A buffer of so many zeros. */
  public static TransferableBuffer allocate(int length) {
    return new TransferableBuffer(new byte[length]);
  }

  /** A buffer with a copy of these bytes. */
  public static TransferableBuffer of(byte... bytes) {
    return new TransferableBuffer(bytes.clone());
  }

  /** How many bytes. */
  public int length() {
    return attached().length;
  }

  /** The byte at an index. */
  public byte get(int index) {
    return attached()[index];
  }

  /** Sets the byte at an index. */
  public void set(int index, byte value) {
    attached()[index] = value;
  }

  /** The 32-bit number whose first byte is at an index. */
  public int getInt(int index) {
    return (int) INT.get(attached(), index);
  }

  /** Sets the 32-bit number whose first byte is at an index. */
  public void setInt(int index, int value) {
    INT.set(attached(), index, value);
  }

  /** The 64-bit number whose first byte is at an index. */
  public long getLong(int index) {
    return (long) LONG.get(attached(), index);
  }

  /** Sets the 64-bit number whose first byte is at an index. */
  public void setLong(int index, long value) {
    LONG.set(attached(), index, value);
  }

  /** Copies {@code length} bytes from {@code index} on into an array. */
  public void read(int index, byte[] into, int offset, int length) {
    byte[] bytes = attached();
    Objects.checkFromIndexSize(index, length, bytes.length);
    System.arraycopy(bytes, index, into, offset, length);
  }

  /** Copies {@code length} bytes of an array to {@code index}. */
  public void write(int index, byte[] from, int offset, int length) {
    byte[] bytes = attached();
    Objects.checkFromIndexSize(index, length, bytes.length);
    System.arraycopy(from, offset, bytes, index, length);
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return attached().clone();
  }

  @Override
  public boolean isDetached() {
    return content.get() == null;
  }

  private byte[] attached() {
    byte[] bytes = content.get();
    if (bytes == null) {
      throw new DetachedException("the buffer was transferred; its new owner uses it");
    }
    return bytes;
  }

  // Transfer.

  /** The object that the receiver of this buffer gets: without content until then. */
  static TransferableBuffer successor() {
    return new TransferableBuffer(null);
  }

  /** Takes the content away from this buffer. */
  byte[] detach() {
    byte[] taken = attached();
    if (!content.compareAndSet(taken, null)) {
      attached(); // throws: another thread was faster
    }
    return taken;
  }

  void attach(byte[] given) {
    content.set(given);
  }

  /** The form {@code buffer of 16 bytes}. */
  @Override
  public String toString() {
    byte[] bytes = content.get();
    return bytes == null ? "transferred buffer" : "buffer of %s bytes".formatted(bytes.length);
  }
}
