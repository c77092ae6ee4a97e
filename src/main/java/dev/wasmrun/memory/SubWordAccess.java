package dev.wasmrun.memory;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The 8-bit and 16-bit ordered and atomic accesses of a linear memory, with the modes and promises
 * of the wider ones.
 */
abstract sealed class SubWordAccess extends WordAccess permits LinearMemory {
  /*
   * The JDK has no read-modify-write at these widths on buffers, so it is done to the aligned 32-bit
   * word that contains the operand (which always exists, for a memory is whole pages): a
   * compare-and-set of the word fails, and is tried again, when any of its bytes changed in between,
   * by whatever width or kind of store. Sequentially consistent 16-bit loads and stores exist; for a
   * byte, the load reads the word, and the store is a plain one between fences, for writing the word
   * would need a loop.
   */

  private static final VarHandle SHORT = handle(short[].class);

  SubWordAccess(Reservation reservation, long size, boolean raw) {
    super(reservation, size, raw);
  }

  /** The 16-bit number at {@code address}, sequentially consistent. */
  public short getShortVolatile(int address) {
    try {
      return (short) SHORT.getVolatile(buffer, near(address));
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (short) SHORT.getVolatile(currentAtomic(address, Short.BYTES), Chunks.within(address));
    }
  }

  /** Stores a 16-bit number, sequentially consistent. */
  public void setShortVolatile(int address, short value) {
    try {
      SHORT.setVolatile(buffer, near(address), value);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      SHORT.setVolatile(currentAtomic(address, Short.BYTES), Chunks.within(address), value);
    }
  }

  /** The 16-bit number at {@code address}; later accesses stay behind it. */
  public short getShortAcquire(int address) {
    try {
      return (short) SHORT.getAcquire(buffer, near(address));
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (short) SHORT.getAcquire(currentAtomic(address, Short.BYTES), Chunks.within(address));
    }
  }

  /** Stores a 16-bit number; earlier accesses stay before it. */
  public void setShortRelease(int address, short value) {
    try {
      SHORT.setRelease(buffer, near(address), value);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      SHORT.setRelease(currentAtomic(address, Short.BYTES), Chunks.within(address), value);
    }
  }

  /** The byte at {@code address}, sequentially consistent. */
  public byte getByteVolatile(int address) {
    return (byte) (containingWord(address, Byte.BYTES) >>> shift(address));
  }

  /** Stores a byte, sequentially consistent. */
  public void setByteVolatile(int address, byte value) {
    // Without the first fence an earlier store could be seen after this one; without the second, a
    // later volatile load could be satisfied before this store is visible (SB).
    VarHandle.releaseFence();
    put(address, value);
    VarHandle.fullFence();
  }

  /** The byte at {@code address}; later accesses stay behind it. */
  public byte getByteAcquire(int address) {
    return getByteVolatile(address);
  }

  /** Stores a byte; earlier accesses stay before it. */
  public void setByteRelease(int address, byte value) {
    VarHandle.releaseFence();
    put(address, value);
  }

  /** Adds, and returns the previous value. */
  public short getAndAddShort(int address, short delta) {
    int shift = shift(address);
    int others = ~(0xFFFF << shift);
    int seen;
    do {
      seen = containingWord(address, Short.BYTES);
    } while (!replaceWord(address, seen, (seen & others) | ((seen + (delta << shift)) & ~others)));
    return (short) (seen >>> shift);
  }

  /** Combines by bitwise and, and returns the previous value. */
  public short getAndBitwiseAndShort(int address, short mask) {
    int shift = shift(address);
    int others = ~(0xFFFF << shift);
    int seen;
    do {
      seen = containingWord(address, Short.BYTES);
    } while (!replaceWord(address, seen, seen & (others | (mask << shift))));
    return (short) (seen >>> shift);
  }

  /** Combines by bitwise or, and returns the previous value. */
  public short getAndBitwiseOrShort(int address, short mask) {
    int shift = shift(address);
    int others = ~(0xFFFF << shift);
    int seen;
    do {
      seen = containingWord(address, Short.BYTES);
    } while (!replaceWord(address, seen, seen | ((mask << shift) & ~others)));
    return (short) (seen >>> shift);
  }

  /** Combines by bitwise xor, and returns the previous value. */
  public short getAndBitwiseXorShort(int address, short mask) {
    int shift = shift(address);
    int others = ~(0xFFFF << shift);
    int seen;
    do {
      seen = containingWord(address, Short.BYTES);
    } while (!replaceWord(address, seen, seen ^ ((mask << shift) & ~others)));
    return (short) (seen >>> shift);
  }

  /** Stores, and returns the previous value. */
  public short getAndSetShort(int address, short value) {
    int shift = shift(address);
    int others = ~(0xFFFF << shift);
    int seen;
    do {
      seen = containingWord(address, Short.BYTES);
    } while (!replaceWord(address, seen, (seen & others) | ((value << shift) & ~others)));
    return (short) (seen >>> shift);
  }

  /** Stores {@code replacement} if {@code expected} is there; returns what was there. */
  public short compareAndExchangeShort(int address, short expected, short replacement) {
    int shift = shift(address);
    int others = ~(0xFFFF << shift);
    int seen;
    do {
      seen = containingWord(address, Short.BYTES);
      if ((short) (seen >>> shift) != expected) {
        break;
      }
    } while (!replaceWord(address, seen, (seen & others) | ((replacement << shift) & ~others)));
    return (short) (seen >>> shift);
  }

  /** Stores {@code replacement} and returns true if {@code expected} was there. */
  public boolean compareAndSetShort(int address, short expected, short replacement) {
    return compareAndExchangeShort(address, expected, replacement) == expected;
  }

  /** Adds, and returns the previous value. */
  public byte getAndAddByte(int address, byte delta) {
    int shift = shift(address);
    int others = ~(0xFF << shift);
    int seen;
    do {
      seen = containingWord(address, Byte.BYTES);
    } while (!replaceWord(address, seen, (seen & others) | ((seen + (delta << shift)) & ~others)));
    return (byte) (seen >>> shift);
  }

  /** Combines by bitwise and, and returns the previous value. */
  public byte getAndBitwiseAndByte(int address, byte mask) {
    int shift = shift(address);
    int others = ~(0xFF << shift);
    int seen;
    do {
      seen = containingWord(address, Byte.BYTES);
    } while (!replaceWord(address, seen, seen & (others | (mask << shift))));
    return (byte) (seen >>> shift);
  }

  /** Combines by bitwise or, and returns the previous value. */
  public byte getAndBitwiseOrByte(int address, byte mask) {
    int shift = shift(address);
    int others = ~(0xFF << shift);
    int seen;
    do {
      seen = containingWord(address, Byte.BYTES);
    } while (!replaceWord(address, seen, seen | ((mask << shift) & ~others)));
    return (byte) (seen >>> shift);
  }

  /** Combines by bitwise xor, and returns the previous value. */
  public byte getAndBitwiseXorByte(int address, byte mask) {
    int shift = shift(address);
    int others = ~(0xFF << shift);
    int seen;
    do {
      seen = containingWord(address, Byte.BYTES);
    } while (!replaceWord(address, seen, seen ^ ((mask << shift) & ~others)));
    return (byte) (seen >>> shift);
  }

  /** Stores, and returns the previous value. */
  public byte getAndSetByte(int address, byte value) {
    int shift = shift(address);
    int others = ~(0xFF << shift);
    int seen;
    do {
      seen = containingWord(address, Byte.BYTES);
    } while (!replaceWord(address, seen, (seen & others) | ((value << shift) & ~others)));
    return (byte) (seen >>> shift);
  }

  /** Stores {@code replacement} if {@code expected} is there; returns what was there. */
  public byte compareAndExchangeByte(int address, byte expected, byte replacement) {
    int shift = shift(address);
    int others = ~(0xFF << shift);
    int seen;
    do {
      seen = containingWord(address, Byte.BYTES);
      if ((byte) (seen >>> shift) != expected) {
        break;
      }
    } while (!replaceWord(address, seen, (seen & others) | ((replacement << shift) & ~others)));
    return (byte) (seen >>> shift);
  }

  /** Stores {@code replacement} and returns true if {@code expected} was there. */
  public boolean compareAndSetByte(int address, byte expected, byte replacement) {
    return compareAndExchangeByte(address, expected, replacement) == expected;
  }

  private void put(int address, byte value) {
    try {
      buffer.put(near(address), value);
    } catch (IndexOutOfBoundsException e) {
      current(address, Byte.BYTES).put(Chunks.within(address), value);
    }
  }

  /** The 32-bit word around an operand of {@code width} bytes, once that may be accessed. */
  private int containingWord(int address, int width) {
    requireAligned(address, width);
    try {
      return (int) INT.getVolatile(buffer, near(address) & -4);
    } catch (IndexOutOfBoundsException e) {
      return (int) INT.getVolatile(current(address, width), Chunks.within(address) & -4);
    }
  }

  /** May fail though {@code expected} is there. */
  private boolean replaceWord(int address, int expected, int replacement) {
    try {
      return INT.weakCompareAndSet(buffer, near(address) & -4, expected, replacement);
    } catch (IndexOutOfBoundsException e) {
      ByteBuffer current = current(address, Byte.BYTES);
      return INT.weakCompareAndSet(current, Chunks.within(address) & -4, expected, replacement);
    }
  }

  /** Distance in bits of the operand from the low end of its word. */
  private static int shift(int address) {
    return (address & 3) << 3;
  }
}
