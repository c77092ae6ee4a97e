package dev.wasmrun.memory;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The plain, unordered accesses of a linear memory: little-endian numbers at any byte address, and
 * bulk transfers. An aligned access of 2, 4 or 8 bytes does not tear. Addresses are unsigned; an
 * access with any byte beyond the current size traps and writes nothing.
 */
abstract sealed class PlainAccess permits WordAccess {
  /*
   * One buffer spans the whole reservation for the life of the memory, and its limit is the current
   * size. Growth raises the limit in place, racing with readers, who see the old one or the new one.
   * Whoever finds an access out of bounds by an old limit reads `size` (volatile, written after the
   * limit) and tries again under what it says, in `current`. So growth costs the fast path nothing,
   * and no store can go to a copy that has been replaced.
   *
   * Accessors are a try block around one call, so that the JIT inlines them whole and keeps limit
   * and base address in registers across a loop. They check the address before the buffer does, as
   * buffers of newer JDKs do: only from `checkIndex` does the JIT learn that an address is no
   * negative number, without which it computes every address of a loop by itself. Where the buffer
   * asks the same, the JIT sees that and asks once.
   */

  static {
    // The JIT inlines no method in whose signature is a class that has not been loaded. The
    // buffers'
    // own methods have such a class, of which there is no instance here, so that it would be loaded
    // when one of them has become hot by itself, and code compiled before that would call them for
    // every access and stay so. To list methods loads the classes of their signatures.
    Buffer.class.getDeclaredMethods();
  }

  private static final int PATTERN_BYTES = 4096;
  private static final AtomicReferenceArray<byte[]> PATTERNS = new AtomicReferenceArray<>(256);

  /** Contents and limit race by design; capacity, base and order never change. */
  final ByteBuffer buffer;

  /** How compiled code accesses this. */
  private final CompiledBounds compiled;

  /** Whether there may be buffers of the same bytes, which nobody can take back. */
  private volatile boolean lent;

  /** Current size in bytes, -1 once closed; written only by {@link #resize} after the limit. */
  private volatile int size;

  /**
   * Accesses to a buffer.
   *
   * @param direct whether compiled code may pass by the methods that subclasses override
   */
  PlainAccess(ByteBuffer buffer, int size, boolean direct) {
    this.buffer = buffer.limit(size);
    this.size = size;
    this.compiled = CompiledAccess.of(this, buffer, direct);
    compiled.bound(size);
  }

  /**
   * Publishes a new size. The caller holds the growth lock: two unordered calls could leave limit
   * and size in disagreement.
   */
  final void resize(int newSize) {
    int bound = Math.max(newSize, 0);
    compiled.bound(bound);
    buffer.limit(bound);
    // After the limit: a thread told of the new size must not trap by the old limit.
    size = newSize;
  }

  /** What compiled code accesses this by. */
  final Object compiled() {
    return compiled;
  }

  /** Whether slices were made. */
  final boolean isLent() {
    return lent;
  }

  /** An address as accesses have it; negative, which is outside, if it has over 31 bits. */
  static int narrow(long address) {
    return address > Integer.MAX_VALUE ? (int) address | Integer.MIN_VALUE : (int) address;
  }

  /** Current size in bytes, or -1 once closed. */
  final int sizeOrClosed() {
    return size;
  }

  /** The memory within its current size, for an access that an older limit refused, or a trap. */
  final ByteBuffer current(int address, int width) {
    int now = size;
    if (address < 0 || width > now - address) {
      throw now < 0 ? MemoryTrap.closed() : MemoryTrap.outOfBounds(address, width, now);
    }
    // A view of its own: close() may lower the shared limit at any moment.
    return buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN).limit(now);
  }

  /** Traps unless {@code length} bytes (unsigned) at {@code address} (unsigned) exist. */
  final void requireRange(int address, int length) {
    int now = size;
    long end = Integer.toUnsignedLong(address) + Integer.toUnsignedLong(length);
    if (end > now) {
      throw now < 0
          ? MemoryTrap.closed()
          : MemoryTrap.outOfBounds(address, Integer.toUnsignedLong(length), now);
    }
  }

  /**
   * The address of an access.
   *
   * @throws IndexOutOfBoundsException if a byte of it is beyond the limit
   */
  private int inBounds(int address, int width) {
    return Objects.checkIndex(address, buffer.limit() - width + 1);
  }

  /** The byte at {@code address}. */
  public byte getByte(int address) {
    try {
      return buffer.get(inBounds(address, Byte.BYTES));
    } catch (IndexOutOfBoundsException e) {
      return current(address, Byte.BYTES).get(address);
    }
  }

  /** Stores a byte at {@code address}. */
  public void setByte(int address, byte value) {
    try {
      buffer.put(inBounds(address, Byte.BYTES), value);
    } catch (IndexOutOfBoundsException e) {
      current(address, Byte.BYTES).put(address, value);
    }
  }

  /** The 16-bit number at {@code address}. */
  public short getShort(int address) {
    try {
      return buffer.getShort(inBounds(address, Short.BYTES));
    } catch (IndexOutOfBoundsException e) {
      return current(address, Short.BYTES).getShort(address);
    }
  }

  /** Stores a 16-bit number at {@code address}. */
  public void setShort(int address, short value) {
    try {
      buffer.putShort(inBounds(address, Short.BYTES), value);
    } catch (IndexOutOfBoundsException e) {
      current(address, Short.BYTES).putShort(address, value);
    }
  }

  /** The 32-bit number at {@code address}. */
  public int getInt(int address) {
    try {
      return buffer.getInt(inBounds(address, Integer.BYTES));
    } catch (IndexOutOfBoundsException e) {
      return current(address, Integer.BYTES).getInt(address);
    }
  }

  /** Stores a 32-bit number at {@code address}. */
  public void setInt(int address, int value) {
    try {
      buffer.putInt(inBounds(address, Integer.BYTES), value);
    } catch (IndexOutOfBoundsException e) {
      current(address, Integer.BYTES).putInt(address, value);
    }
  }

  /** The 64-bit number at {@code address}. */
  public long getLong(int address) {
    try {
      return buffer.getLong(inBounds(address, Long.BYTES));
    } catch (IndexOutOfBoundsException e) {
      return current(address, Long.BYTES).getLong(address);
    }
  }

  /** Stores a 64-bit number at {@code address}. */
  public void setLong(int address, long value) {
    try {
      buffer.putLong(inBounds(address, Long.BYTES), value);
    } catch (IndexOutOfBoundsException e) {
      current(address, Long.BYTES).putLong(address, value);
    }
  }

  /** The 32-bit floating-point number at {@code address}, every NaN payload kept. */
  public float getFloat(int address) {
    return Float.intBitsToFloat(getInt(address));
  }

  /** Stores a 32-bit floating-point number at {@code address}, every NaN payload kept. */
  public void setFloat(int address, float value) {
    setInt(address, Float.floatToRawIntBits(value));
  }

  /** The 64-bit floating-point number at {@code address}, every NaN payload kept. */
  public double getDouble(int address) {
    return Double.longBitsToDouble(getLong(address));
  }

  /** Stores a 64-bit floating-point number at {@code address}, every NaN payload kept. */
  public void setDouble(int address, double value) {
    setLong(address, Double.doubleToRawLongBits(value));
  }

  /**
   * Copies {@code length} bytes at {@code address} into an array, byte by byte in no stated order.
   *
   * @throws IndexOutOfBoundsException if the array has no room; nothing is copied
   */
  public void read(int address, byte[] into, int offset, int length) {
    requireRange(address, length);
    Objects.checkFromIndexSize(offset, length, into.length);
    try {
      buffer.get(address, into, offset, length);
    } catch (IndexOutOfBoundsException e) {
      current(address, length).get(address, into, offset, length);
    }
  }

  /**
   * Copies {@code length} bytes of an array to {@code address}, byte by byte in no stated order.
   *
   * @throws IndexOutOfBoundsException if the array has fewer bytes; nothing is copied
   */
  public void write(int address, byte[] from, int offset, int length) {
    requireRange(address, length);
    Objects.checkFromIndexSize(offset, length, from.length);
    try {
      buffer.put(address, from, offset, length);
    } catch (IndexOutOfBoundsException e) {
      current(address, length).put(address, from, offset, length);
    }
  }

  /** Sets {@code length} bytes (unsigned) at {@code address} to {@code value}: memory.fill. */
  public void fill(int address, byte value, int length) {
    requireRange(address, length);
    try {
      fill(buffer, address, value, length);
    } catch (IndexOutOfBoundsException e) {
      fill(current(address, length), address, value, length);
    }
  }

  private static void fill(ByteBuffer target, int address, byte value, int length) {
    byte[] pattern = pattern(value);
    int end = address + length;
    for (int at = address; at < end; at += pattern.length) {
      target.put(at, pattern, 0, Math.min(pattern.length, end - at));
    }
  }

  /** Bytes of one value; never changed once it is in the table. */
  private static byte[] pattern(byte value) {
    byte[] pattern = PATTERNS.get(Byte.toUnsignedInt(value));
    if (pattern == null) {
      pattern = new byte[PATTERN_BYTES];
      Arrays.fill(pattern, value);
      // Not a plain array: whoever finds the pattern there must not find it half filled.
      PATTERNS.set(Byte.toUnsignedInt(value), pattern);
    }
    return pattern;
  }

  /** Copies {@code length} bytes (unsigned), which may overlap, within the memory: memory.copy. */
  public void copy(int to, int from, int length) {
    requireRange(to, length);
    requireRange(from, length);
    try {
      buffer.put(to, buffer, from, length);
    } catch (IndexOutOfBoundsException e) {
      ByteBuffer window = current(Math.max(to, from), length);
      window.put(to, window, from, length);
    }
  }

  /**
   * Bytes of the memory, uncopied, to read from Java: little-endian, from {@code address} on. The
   * buffer is like plain accesses: it sees what guests write, in no order; only what happens before
   * a read by other means is sure to be seen.
   *
   * <p>It is valid until the memory is closed, growth or not, and never becomes longer. A run
   * closes its memory when it has ended, a pool when it is closed. A buffer used after that shows
   * zeros, or bytes of another memory, or throws {@code InternalError}; it cannot harm the JVM, and
   * keeps the address range from being given back until it is garbage.
   *
   * <p>From Java 22 on, {@code MemorySegment.ofBuffer} makes it a memory segment. An observer of
   * the memory is told of one read of all the bytes, when the buffer is made.
   *
   * @param length in bytes, unsigned
   * @throws MemoryTrap unless all these bytes exist
   */
  public ByteBuffer readOnlySlice(int address, int length) {
    return slice(address, length).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Like {@link #readOnlySlice}, to be written, too. An observer is told of one write of all the
   * bytes, when the buffer is made. A write after the memory was closed may end up in another one.
   */
  public ByteBuffer writableSlice(int address, int length) {
    return slice(address, length);
  }

  private ByteBuffer slice(int address, int length) {
    lent = true; // Before there is one.
    requireRange(address, length);
    return current(address, length).slice(address, length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
