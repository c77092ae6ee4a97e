package dev.wasmrun.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 32-bit and 64-bit ordered and atomic accesses of a linear memory, named by their access mode
 * as in {@link VarHandle}. Every method whose name states no mode has that of {@code …Volatile}: it
 * takes part in the one total order of all sequentially consistent accesses, at every width, of
 * guests and of Java threads. An address must be a multiple of the width.
 *
 * <p>Operations of different widths on the same bytes are atomic with respect to each other.
 */
abstract sealed class WordAccess extends PlainAccess permits SubWordAccess {
  static final VarHandle INT = handle(int[].class);
  static final VarHandle LONG = handle(long[].class);

  static VarHandle handle(Class<?> array) {
    return MethodHandles.byteBufferViewVarHandle(array, ByteOrder.LITTLE_ENDIAN)
        .withInvokeExactBehavior();
  }

  WordAccess(Reservation reservation, long size, boolean raw) {
    super(reservation, size, raw);
  }

  /** The chunk for an atomic access that the fast path refused, or the trap it deserves. */
  final ByteBuffer currentAtomic(int address, int width) {
    requireAligned(address, width);
    return current(address, width);
  }

  final void requireAligned(int address, int width) {
    if ((address & (width - 1)) != 0) {
      throw MemoryTrap.unaligned(address, width, Math.max(sizeOrClosed(), 0));
    }
  }

  /** The 32-bit number at {@code address}, sequentially consistent. */
  public int getIntVolatile(int address) {
    try {
      return (int) INT.getVolatile(buffer, near(address));
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (int) INT.getVolatile(currentAtomic(address, Integer.BYTES), Chunks.within(address));
    }
  }

  /** Stores a 32-bit number, sequentially consistent. */
  public void setIntVolatile(int address, int value) {
    try {
      INT.setVolatile(buffer, near(address), value);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      INT.setVolatile(currentAtomic(address, Integer.BYTES), Chunks.within(address), value);
    }
  }

  /** The 32-bit number at {@code address}; later accesses stay behind it. */
  public int getIntAcquire(int address) {
    try {
      return (int) INT.getAcquire(buffer, near(address));
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (int) INT.getAcquire(currentAtomic(address, Integer.BYTES), Chunks.within(address));
    }
  }

  /** Stores a 32-bit number; earlier accesses stay before it. */
  public void setIntRelease(int address, int value) {
    try {
      INT.setRelease(buffer, near(address), value);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      INT.setRelease(currentAtomic(address, Integer.BYTES), Chunks.within(address), value);
    }
  }

  /** Adds, and returns the previous value. */
  public int getAndAddInt(int address, int delta) {
    try {
      return (int) INT.getAndAdd(buffer, near(address), delta);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (int)
          INT.getAndAdd(currentAtomic(address, Integer.BYTES), Chunks.within(address), delta);
    }
  }

  /** Combines by bitwise and, and returns the previous value. */
  public int getAndBitwiseAndInt(int address, int mask) {
    try {
      return (int) INT.getAndBitwiseAnd(buffer, near(address), mask);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (int)
          INT.getAndBitwiseAnd(currentAtomic(address, Integer.BYTES), Chunks.within(address), mask);
    }
  }

  /** Combines by bitwise or, and returns the previous value. */
  public int getAndBitwiseOrInt(int address, int mask) {
    try {
      return (int) INT.getAndBitwiseOr(buffer, near(address), mask);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (int)
          INT.getAndBitwiseOr(currentAtomic(address, Integer.BYTES), Chunks.within(address), mask);
    }
  }

  /** Combines by bitwise xor, and returns the previous value. */
  public int getAndBitwiseXorInt(int address, int mask) {
    try {
      return (int) INT.getAndBitwiseXor(buffer, near(address), mask);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (int)
          INT.getAndBitwiseXor(currentAtomic(address, Integer.BYTES), Chunks.within(address), mask);
    }
  }

  /** Stores, and returns the previous value. */
  public int getAndSetInt(int address, int value) {
    try {
      return (int) INT.getAndSet(buffer, near(address), value);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (int)
          INT.getAndSet(currentAtomic(address, Integer.BYTES), Chunks.within(address), value);
    }
  }

  /** Stores {@code replacement} if {@code expected} is there; returns what was there. */
  public int compareAndExchangeInt(int address, int expected, int replacement) {
    try {
      return (int) INT.compareAndExchange(buffer, near(address), expected, replacement);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (int)
          INT.compareAndExchange(
              currentAtomic(address, Integer.BYTES), Chunks.within(address), expected, replacement);
    }
  }

  /** Stores {@code replacement} and returns true if {@code expected} was there. */
  public boolean compareAndSetInt(int address, int expected, int replacement) {
    try {
      return (boolean) INT.compareAndSet(buffer, near(address), expected, replacement);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (boolean)
          INT.compareAndSet(
              currentAtomic(address, Integer.BYTES), Chunks.within(address), expected, replacement);
    }
  }

  /** The 64-bit number at {@code address}, sequentially consistent. */
  public long getLongVolatile(int address) {
    try {
      return (long) LONG.getVolatile(buffer, near(address));
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (long) LONG.getVolatile(currentAtomic(address, Long.BYTES), Chunks.within(address));
    }
  }

  /** Stores a 64-bit number, sequentially consistent. */
  public void setLongVolatile(int address, long value) {
    try {
      LONG.setVolatile(buffer, near(address), value);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      LONG.setVolatile(currentAtomic(address, Long.BYTES), Chunks.within(address), value);
    }
  }

  /** The 64-bit number at {@code address}; later accesses stay behind it. */
  public long getLongAcquire(int address) {
    try {
      return (long) LONG.getAcquire(buffer, near(address));
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (long) LONG.getAcquire(currentAtomic(address, Long.BYTES), Chunks.within(address));
    }
  }

  /** Stores a 64-bit number; earlier accesses stay before it. */
  public void setLongRelease(int address, long value) {
    try {
      LONG.setRelease(buffer, near(address), value);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      LONG.setRelease(currentAtomic(address, Long.BYTES), Chunks.within(address), value);
    }
  }

  /** Adds, and returns the previous value. */
  public long getAndAddLong(int address, long delta) {
    try {
      return (long) LONG.getAndAdd(buffer, near(address), delta);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (long)
          LONG.getAndAdd(currentAtomic(address, Long.BYTES), Chunks.within(address), delta);
    }
  }

  /** Combines by bitwise and, and returns the previous value. */
  public long getAndBitwiseAndLong(int address, long mask) {
    try {
      return (long) LONG.getAndBitwiseAnd(buffer, near(address), mask);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (long)
          LONG.getAndBitwiseAnd(currentAtomic(address, Long.BYTES), Chunks.within(address), mask);
    }
  }

  /** Combines by bitwise or, and returns the previous value. */
  public long getAndBitwiseOrLong(int address, long mask) {
    try {
      return (long) LONG.getAndBitwiseOr(buffer, near(address), mask);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (long)
          LONG.getAndBitwiseOr(currentAtomic(address, Long.BYTES), Chunks.within(address), mask);
    }
  }

  /** Combines by bitwise xor, and returns the previous value. */
  public long getAndBitwiseXorLong(int address, long mask) {
    try {
      return (long) LONG.getAndBitwiseXor(buffer, near(address), mask);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (long)
          LONG.getAndBitwiseXor(currentAtomic(address, Long.BYTES), Chunks.within(address), mask);
    }
  }

  /** Stores, and returns the previous value. */
  public long getAndSetLong(int address, long value) {
    try {
      return (long) LONG.getAndSet(buffer, near(address), value);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (long)
          LONG.getAndSet(currentAtomic(address, Long.BYTES), Chunks.within(address), value);
    }
  }

  /** Stores {@code replacement} if {@code expected} is there; returns what was there. */
  public long compareAndExchangeLong(int address, long expected, long replacement) {
    try {
      return (long) LONG.compareAndExchange(buffer, near(address), expected, replacement);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (long)
          LONG.compareAndExchange(
              currentAtomic(address, Long.BYTES), Chunks.within(address), expected, replacement);
    }
  }

  /** Stores {@code replacement} and returns true if {@code expected} was there. */
  public boolean compareAndSetLong(int address, long expected, long replacement) {
    try {
      return (boolean) LONG.compareAndSet(buffer, near(address), expected, replacement);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return (boolean)
          LONG.compareAndSet(
              currentAtomic(address, Long.BYTES), Chunks.within(address), expected, replacement);
    }
  }
}
