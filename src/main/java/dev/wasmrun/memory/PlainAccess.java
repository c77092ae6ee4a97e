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
   * One buffer spans the first chunk of the reservation for the life of the memory, and its limit is
   * the current size. Growth raises the limit in place, racing with readers, who see the old one or
   * the new one. Whoever finds an access out of bounds by an old limit reads `size` (volatile,
   * written after the limit) and tries again under what it says, in `current`. So growth costs the
   * fast path nothing, and no store can go to a copy that has been replaced.
   *
   * What lies beyond the first chunk is reached the same way: the limit refuses it, `current` finds
   * its chunk. As a negative number, an address of over 31 bits is refused by an exception that was
   * made before, which a compiler turns into a jump. Compiled code knows none of this where the
   * chunks follow each other in the process.
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

  /** Refuses an address that is in no first chunk. */
  private static final IndexOutOfBoundsException FAR = new FarAddress();

  /** One without a stack trace, since it is always caught. */
  private static final class FarAddress extends IndexOutOfBoundsException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /** The first chunk. Contents and limit race by design; capacity, base and order never change. */
  final ByteBuffer buffer;

  private final Reservation reservation;

  /** How compiled code accesses this. */
  private final CompiledBounds compiled;

  /** Whether there may be buffers of the same bytes, which nobody can take back. */
  private volatile boolean lent;

  /** Current size in bytes, -1 once closed; written only by {@link #resize} after the limit. */
  private volatile long size;

  /**
   * Accesses to a reservation.
   *
   * @param direct whether compiled code may pass by the methods that subclasses override
   */
  PlainAccess(Reservation reservation, long size, boolean direct) {
    this.reservation = reservation;
    this.buffer = reservation.first();
    this.compiled = CompiledAccess.of(this, buffer, direct);
    resize(size);
  }

  /**
   * Publishes a new size, for which the reservation has chunks. The caller holds the growth lock:
   * two unordered calls could leave limit and size in disagreement.
   */
  final void resize(long newSize) {
    long bound = Math.max(newSize, 0);
    compiled.bound(Math.min(bound, CompiledAccess.reach(reservation.chunks())));
    buffer.limit((int) Math.min(bound, buffer.capacity()));
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

  /**
   * An address as accesses have it.
   *
   * @throws MemoryTrap if it has over 32 bits
   */
  final int narrow(long address) {
    if (address >>> Integer.SIZE != 0) {
      long now = size;
      throw now < 0 ? MemoryTrap.closed() : MemoryTrap.outOfBounds(address, now);
    }
    return (int) address;
  }

  /** Current size in bytes, or -1 once closed. */
  final long sizeOrClosed() {
    return size;
  }

  /**
   * The chunk with an address, within the current size, for an access that an older limit refused,
   * or a trap. The address is {@link Chunks#within} it; the last bytes may be in the next one.
   */
  final ByteBuffer current(int address, int width) {
    long now = size;
    if (Integer.toUnsignedLong(address) + width > now) {
      throw now < 0 ? MemoryTrap.closed() : MemoryTrap.outOfBounds(address, width, now);
    }
    int chunk = Chunks.of(address);
    if (chunk > 0) {
      return reservation.chunk(chunk); // whose limit nobody lowers
    }
    // A view of its own: close() may lower the shared limit at any moment.
    return buffer
        .duplicate()
        .order(ByteOrder.LITTLE_ENDIAN)
        .limit((int) Math.min(now, buffer.capacity()));
  }

  /** Traps unless {@code length} bytes (unsigned) at {@code address} (unsigned) exist. */
  final void requireRange(int address, int length) {
    long now = size;
    long end = Integer.toUnsignedLong(address) + Integer.toUnsignedLong(length);
    if (end > now) {
      throw now < 0
          ? MemoryTrap.closed()
          : MemoryTrap.outOfBounds(address, Integer.toUnsignedLong(length), now);
    }
  }

  /**
   * An address in the first chunk, if the buffer has it.
   *
   * @throws IndexOutOfBoundsException if it is in another chunk as it is negative
   */
  static int near(int address) {
    if (address < 0) {
      throw FAR;
    }
    return address;
  }

  /**
   * The address of an access.
   *
   * @throws IndexOutOfBoundsException if a byte of it is beyond the limit
   */
  private int inBounds(int address, int width) {
    return Objects.checkIndex(near(address), buffer.limit() - width + 1);
  }

  /** A number of so many bytes that the fast path refused, sign-extended. */
  private long load(int address, int width) {
    ByteBuffer chunk = current(address, width);
    int at = Chunks.within(address);
    if (Chunks.piece(address, width) < width) {
      return straddling(address, width).getLong(0)
          << Long.SIZE - Byte.SIZE * width
          >> Long.SIZE - Byte.SIZE * width;
    }
    return switch (width) {
      case Byte.BYTES -> chunk.get(at);
      case Short.BYTES -> chunk.getShort(at);
      case Integer.BYTES -> chunk.getInt(at);
      default -> chunk.getLong(at);
    };
  }

  /** The bytes of a number that lies in two chunks, and zeros behind them. */
  private ByteBuffer straddling(int address, int width) {
    byte[] bytes = new byte[Long.BYTES];
    get(address, bytes, 0, width);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Stores a number of so many bytes that the fast path refused. */
  private void store(int address, int width, long value) {
    ByteBuffer chunk = current(address, width);
    int at = Chunks.within(address);
    if (Chunks.piece(address, width) < width) {
      ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      put(address, number.putLong(value).array(), 0, width);
      return;
    }
    switch (width) {
      case Byte.BYTES -> chunk.put(at, (byte) value);
      case Short.BYTES -> chunk.putShort(at, (short) value);
      case Integer.BYTES -> chunk.putInt(at, (int) value);
      default -> chunk.putLong(at, value);
    }
  }

  /** The byte at {@code address}. */
  public byte getByte(int address) {
    try {
      return buffer.get(inBounds(address, Byte.BYTES));
    } catch (IndexOutOfBoundsException e) {
      return (byte) load(address, Byte.BYTES);
    }
  }

  /** Stores a byte at {@code address}. */
  public void setByte(int address, byte value) {
    try {
      buffer.put(inBounds(address, Byte.BYTES), value);
    } catch (IndexOutOfBoundsException e) {
      store(address, Byte.BYTES, value);
    }
  }

  /** The 16-bit number at {@code address}. */
  public short getShort(int address) {
    try {
      return buffer.getShort(inBounds(address, Short.BYTES));
    } catch (IndexOutOfBoundsException e) {
      return (short) load(address, Short.BYTES);
    }
  }

  /** Stores a 16-bit number at {@code address}. */
  public void setShort(int address, short value) {
    try {
      buffer.putShort(inBounds(address, Short.BYTES), value);
    } catch (IndexOutOfBoundsException e) {
      store(address, Short.BYTES, value);
    }
  }

  /** The 32-bit number at {@code address}. */
  public int getInt(int address) {
    try {
      return buffer.getInt(inBounds(address, Integer.BYTES));
    } catch (IndexOutOfBoundsException e) {
      return (int) load(address, Integer.BYTES);
    }
  }

  /** Stores a 32-bit number at {@code address}. */
  public void setInt(int address, int value) {
    try {
      buffer.putInt(inBounds(address, Integer.BYTES), value);
    } catch (IndexOutOfBoundsException e) {
      store(address, Integer.BYTES, value);
    }
  }

  /** The 64-bit number at {@code address}. */
  public long getLong(int address) {
    try {
      return buffer.getLong(inBounds(address, Long.BYTES));
    } catch (IndexOutOfBoundsException e) {
      return load(address, Long.BYTES);
    }
  }

  /** Stores a 64-bit number at {@code address}. */
  public void setLong(int address, long value) {
    try {
      buffer.putLong(inBounds(address, Long.BYTES), value);
    } catch (IndexOutOfBoundsException e) {
      store(address, Long.BYTES, value);
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
    get(address, into, offset, length);
  }

  private void get(int address, byte[] into, int offset, int length) {
    try {
      buffer.get(near(address), into, offset, length);
    } catch (IndexOutOfBoundsException e) {
      int done = 0;
      while (done < length) {
        int at = address + done;
        int piece = Chunks.piece(at, length - done);
        current(at, piece).get(Chunks.within(at), into, offset + done, piece);
        done += piece;
      }
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
    put(address, from, offset, length);
  }

  private void put(int address, byte[] from, int offset, int length) {
    try {
      buffer.put(near(address), from, offset, length);
    } catch (IndexOutOfBoundsException e) {
      int done = 0;
      while (done < length) {
        int at = address + done;
        int piece = Chunks.piece(at, length - done);
        current(at, piece).put(Chunks.within(at), from, offset + done, piece);
        done += piece;
      }
    }
  }

  /** Sets {@code length} bytes (unsigned) at {@code address} to {@code value}: memory.fill. */
  public void fill(int address, byte value, int length) {
    requireRange(address, length);
    byte[] pattern = pattern(value);
    long bytes = Integer.toUnsignedLong(length);
    for (long done = 0; done < bytes; done += pattern.length) {
      put(address + (int) done, pattern, 0, (int) Math.min(pattern.length, bytes - done));
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
      buffer.put(near(to), buffer, near(from), length);
    } catch (IndexOutOfBoundsException e) {
      if (Integer.compareUnsigned(to, from) > 0) {
        copyDescending(to, from, Integer.toUnsignedLong(length));
      } else {
        copyAscending(to, from, Integer.toUnsignedLong(length));
      }
    }
  }

  private void copyAscending(int to, int from, long length) {
    long done = 0;
    while (done < length) {
      int target = to + (int) done;
      int source = from + (int) done;
      int piece = Chunks.piece(source, Chunks.piece(target, length - done));
      copyPiece(target, source, piece);
      done += piece;
    }
  }

  private void copyDescending(int to, int from, long length) {
    long left = length;
    while (left > 0) {
      int target = to + (int) left;
      int source = from + (int) left;
      int piece = Chunks.pieceBefore(source, Chunks.pieceBefore(target, left));
      copyPiece(target - piece, source - piece, piece);
      left -= piece;
    }
  }

  /** Copies bytes within a chunk, or from one to another. */
  private void copyPiece(int to, int from, int length) {
    ByteBuffer target = current(to, length);
    ByteBuffer source = Chunks.of(to) == Chunks.of(from) ? target : current(from, length);
    if (source == target) {
      current(from, length); // exists as well
    }
    target.put(Chunks.within(to), source, Chunks.within(from), length);
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
   * @throws IllegalArgumentException if some lie before and some behind the end of page 32767 or
   *     49152: no buffer has both
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
    if (length < 0 || Chunks.piece(address, length) < length) {
      throw new IllegalArgumentException(
          "no buffer has %s bytes at %s: it would go beyond page 32767 or 49152, where another one begins"
              .formatted(Integer.toUnsignedLong(length), Integer.toUnsignedLong(address)));
    }
    return current(address, length)
        .slice(Chunks.within(address), length)
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
