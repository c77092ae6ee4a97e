package dev.wasmrun.memory;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A linear memory that tells an observer about every access. */
final class ObservedMemory extends LinearMemory {
  /*
   * A subclass, so that the memory without an observer has no branch to take and its accessors stay
   * monomorphic. Accessors that the superclass builds from others (floats, compareAndSet at 8 and 16
   * bits, text) are reported by those.
   */

  private final Reports reports;
  private final MemoryObserver observer;

  ObservedMemory(MemoryType type, Reservation reservation, MemoryObserver observer) {
    super(type, reservation, observer);
    this.reports = new Reports(observer);
    this.observer = observer;
  }

  @Override
  public byte getByte(int address) {
    return (byte) reports.load(address, Byte.BYTES, () -> super.getByte(address));
  }

  @Override
  public void setByte(int address, byte value) {
    reports.store(address, Byte.BYTES, value, () -> super.setByte(address, value));
  }

  @Override
  public byte getByteVolatile(int address) {
    return (byte) reports.atomicLoad(address, Byte.BYTES, () -> super.getByteVolatile(address));
  }

  @Override
  public void setByteVolatile(int address, byte value) {
    reports.atomicStore(address, Byte.BYTES, value, () -> super.setByteVolatile(address, value));
  }

  @Override
  public void setByteRelease(int address, byte value) {
    reports.atomicStore(address, Byte.BYTES, value, () -> super.setByteRelease(address, value));
  }

  @Override
  public byte getAndAddByte(int address, byte delta) {
    return (byte)
        reports.update(
            address,
            Byte.BYTES,
            () -> super.getAndAddByte(address, delta),
            seen -> (byte) (seen + delta));
  }

  @Override
  public byte getAndBitwiseAndByte(int address, byte mask) {
    return (byte)
        reports.update(
            address,
            Byte.BYTES,
            () -> super.getAndBitwiseAndByte(address, mask),
            seen -> seen & mask);
  }

  @Override
  public byte getAndBitwiseOrByte(int address, byte mask) {
    return (byte)
        reports.update(
            address,
            Byte.BYTES,
            () -> super.getAndBitwiseOrByte(address, mask),
            seen -> seen | mask);
  }

  @Override
  public byte getAndBitwiseXorByte(int address, byte mask) {
    return (byte)
        reports.update(
            address,
            Byte.BYTES,
            () -> super.getAndBitwiseXorByte(address, mask),
            seen -> seen ^ mask);
  }

  @Override
  public byte getAndSetByte(int address, byte value) {
    return (byte)
        reports.replace(address, Byte.BYTES, value, () -> super.getAndSetByte(address, value));
  }

  @Override
  public byte compareAndExchangeByte(int address, byte expected, byte replacement) {
    return (byte)
        reports.exchange(
            address,
            Byte.BYTES,
            expected,
            replacement,
            () -> super.compareAndExchangeByte(address, expected, replacement));
  }

  @Override
  public short getShort(int address) {
    return (short) reports.load(address, Short.BYTES, () -> super.getShort(address));
  }

  @Override
  public void setShort(int address, short value) {
    reports.store(address, Short.BYTES, value, () -> super.setShort(address, value));
  }

  @Override
  public short getShortVolatile(int address) {
    return (short) reports.atomicLoad(address, Short.BYTES, () -> super.getShortVolatile(address));
  }

  @Override
  public void setShortVolatile(int address, short value) {
    reports.atomicStore(address, Short.BYTES, value, () -> super.setShortVolatile(address, value));
  }

  @Override
  public short getShortAcquire(int address) {
    return (short) reports.atomicLoad(address, Short.BYTES, () -> super.getShortAcquire(address));
  }

  @Override
  public void setShortRelease(int address, short value) {
    reports.atomicStore(address, Short.BYTES, value, () -> super.setShortRelease(address, value));
  }

  @Override
  public short getAndAddShort(int address, short delta) {
    return (short)
        reports.update(
            address,
            Short.BYTES,
            () -> super.getAndAddShort(address, delta),
            seen -> (short) (seen + delta));
  }

  @Override
  public short getAndBitwiseAndShort(int address, short mask) {
    return (short)
        reports.update(
            address,
            Short.BYTES,
            () -> super.getAndBitwiseAndShort(address, mask),
            seen -> seen & mask);
  }

  @Override
  public short getAndBitwiseOrShort(int address, short mask) {
    return (short)
        reports.update(
            address,
            Short.BYTES,
            () -> super.getAndBitwiseOrShort(address, mask),
            seen -> seen | mask);
  }

  @Override
  public short getAndBitwiseXorShort(int address, short mask) {
    return (short)
        reports.update(
            address,
            Short.BYTES,
            () -> super.getAndBitwiseXorShort(address, mask),
            seen -> seen ^ mask);
  }

  @Override
  public short getAndSetShort(int address, short value) {
    return (short)
        reports.replace(address, Short.BYTES, value, () -> super.getAndSetShort(address, value));
  }

  @Override
  public short compareAndExchangeShort(int address, short expected, short replacement) {
    return (short)
        reports.exchange(
            address,
            Short.BYTES,
            expected,
            replacement,
            () -> super.compareAndExchangeShort(address, expected, replacement));
  }

  @Override
  public int getInt(int address) {
    return (int) reports.load(address, Integer.BYTES, () -> super.getInt(address));
  }

  @Override
  public void setInt(int address, int value) {
    reports.store(address, Integer.BYTES, value, () -> super.setInt(address, value));
  }

  @Override
  public int getIntVolatile(int address) {
    return (int) reports.atomicLoad(address, Integer.BYTES, () -> super.getIntVolatile(address));
  }

  @Override
  public void setIntVolatile(int address, int value) {
    reports.atomicStore(address, Integer.BYTES, value, () -> super.setIntVolatile(address, value));
  }

  @Override
  public int getIntAcquire(int address) {
    return (int) reports.atomicLoad(address, Integer.BYTES, () -> super.getIntAcquire(address));
  }

  @Override
  public void setIntRelease(int address, int value) {
    reports.atomicStore(address, Integer.BYTES, value, () -> super.setIntRelease(address, value));
  }

  @Override
  public int getAndAddInt(int address, int delta) {
    return (int)
        reports.update(
            address,
            Integer.BYTES,
            () -> super.getAndAddInt(address, delta),
            seen -> (int) (seen + delta));
  }

  @Override
  public int getAndBitwiseAndInt(int address, int mask) {
    return (int)
        reports.update(
            address,
            Integer.BYTES,
            () -> super.getAndBitwiseAndInt(address, mask),
            seen -> seen & mask);
  }

  @Override
  public int getAndBitwiseOrInt(int address, int mask) {
    return (int)
        reports.update(
            address,
            Integer.BYTES,
            () -> super.getAndBitwiseOrInt(address, mask),
            seen -> seen | mask);
  }

  @Override
  public int getAndBitwiseXorInt(int address, int mask) {
    return (int)
        reports.update(
            address,
            Integer.BYTES,
            () -> super.getAndBitwiseXorInt(address, mask),
            seen -> seen ^ mask);
  }

  @Override
  public int getAndSetInt(int address, int value) {
    return (int)
        reports.replace(address, Integer.BYTES, value, () -> super.getAndSetInt(address, value));
  }

  @Override
  public int compareAndExchangeInt(int address, int expected, int replacement) {
    return (int)
        reports.exchange(
            address,
            Integer.BYTES,
            expected,
            replacement,
            () -> super.compareAndExchangeInt(address, expected, replacement));
  }

  @Override
  public boolean compareAndSetInt(int address, int expected, int replacement) {
    return compareAndExchangeInt(address, expected, replacement) == expected;
  }

  @Override
  public long getLong(int address) {
    return reports.load(address, Long.BYTES, () -> super.getLong(address));
  }

  @Override
  public void setLong(int address, long value) {
    reports.store(address, Long.BYTES, value, () -> super.setLong(address, value));
  }

  @Override
  public long getLongVolatile(int address) {
    return reports.atomicLoad(address, Long.BYTES, () -> super.getLongVolatile(address));
  }

  @Override
  public void setLongVolatile(int address, long value) {
    reports.atomicStore(address, Long.BYTES, value, () -> super.setLongVolatile(address, value));
  }

  @Override
  public long getLongAcquire(int address) {
    return reports.atomicLoad(address, Long.BYTES, () -> super.getLongAcquire(address));
  }

  @Override
  public void setLongRelease(int address, long value) {
    reports.atomicStore(address, Long.BYTES, value, () -> super.setLongRelease(address, value));
  }

  @Override
  public long getAndAddLong(int address, long delta) {
    return reports.update(
        address, Long.BYTES, () -> super.getAndAddLong(address, delta), seen -> seen + delta);
  }

  @Override
  public long getAndBitwiseAndLong(int address, long mask) {
    return reports.update(
        address, Long.BYTES, () -> super.getAndBitwiseAndLong(address, mask), seen -> seen & mask);
  }

  @Override
  public long getAndBitwiseOrLong(int address, long mask) {
    return reports.update(
        address, Long.BYTES, () -> super.getAndBitwiseOrLong(address, mask), seen -> seen | mask);
  }

  @Override
  public long getAndBitwiseXorLong(int address, long mask) {
    return reports.update(
        address, Long.BYTES, () -> super.getAndBitwiseXorLong(address, mask), seen -> seen ^ mask);
  }

  @Override
  public long getAndSetLong(int address, long value) {
    return reports.replace(address, Long.BYTES, value, () -> super.getAndSetLong(address, value));
  }

  @Override
  public long compareAndExchangeLong(int address, long expected, long replacement) {
    return reports.exchange(
        address,
        Long.BYTES,
        expected,
        replacement,
        () -> super.compareAndExchangeLong(address, expected, replacement));
  }

  @Override
  public boolean compareAndSetLong(int address, long expected, long replacement) {
    return compareAndExchangeLong(address, expected, replacement) == expected;
  }

  @Override
  public void read(int address, byte[] into, int offset, int length) {
    observer.before(address, length, MemoryObserver.Access.LOAD);
    super.read(address, into, offset, length);
    observer.onBulkRead(address, length);
  }

  @Override
  public void write(int address, byte[] from, int offset, int length) {
    observer.before(address, length, MemoryObserver.Access.STORE);
    super.write(address, from, offset, length);
    observer.onBulkWrite(address, length);
  }

  @Override
  public void fill(int address, byte value, int length) {
    observer.before(address, length, MemoryObserver.Access.STORE);
    super.fill(address, value, length);
    observer.onBulkWrite(address, length);
  }

  @Override
  public void copy(int to, int from, int length) {
    observer.beforeCopy(to, from, length);
    super.copy(to, from, length);
    observer.onBulkRead(from, length);
    observer.onBulkWrite(to, length);
  }

  @Override
  public ByteBuffer readOnlySlice(int address, int length) {
    observer.before(address, length, MemoryObserver.Access.LOAD);
    ByteBuffer slice = super.readOnlySlice(address, length);
    observer.onBulkRead(address, length);
    return slice;
  }

  @Override
  public ByteBuffer writableSlice(int address, int length) {
    observer.before(address, length, MemoryObserver.Access.STORE);
    ByteBuffer slice = super.writableSlice(address, length);
    observer.onBulkWrite(address, length);
    return slice;
  }

  @Override
  public void fence() {
    observer.beforeFence();
    super.fence();
    observer.onFence();
  }

  @Override
  public int grow(int deltaPages) {
    observer.beforeGrow();
    int before = super.grow(deltaPages);
    if (before >= 0) {
      observer.onGrow(before, before + deltaPages);
    }
    return before;
  }

  @Override
  void sizeIsAsked() {
    if (pages() < maximumPages()) {
      observer.beforeSize();
    }
  }

  @Override
  void called(LibraryFunction function, int first, int second) {
    observer.onCall(function, first, second);
  }

  @Override
  void returned(LibraryFunction function, int result) {
    observer.onReturn(function, result);
  }

  @Override
  public WaitResult wait32(int address, int expected, long timeoutNanos)
      throws InterruptedException {
    observer.onWait(address, Integer.BYTES, expected, timeoutNanos);
    WaitResult result = super.wait32(address, expected, timeoutNanos);
    observer.onWaitEnded(address, Integer.BYTES, result);
    return result;
  }

  @Override
  public WaitResult wait64(int address, long expected, long timeoutNanos)
      throws InterruptedException {
    observer.onWait(address, Long.BYTES, expected, timeoutNanos);
    WaitResult result = super.wait64(address, expected, timeoutNanos);
    observer.onWaitEnded(address, Long.BYTES, result);
    return result;
  }

  @Override
  public CompletableFuture<WaitResult> waitAsync32(
      int address, int expected, long timeoutNanos, Executor executor) {
    observer.onWait(address, Integer.BYTES, expected, timeoutNanos);
    CompletableFuture<WaitResult> wait =
        super.waitAsync32(address, expected, timeoutNanos, executor);
    wait.thenAccept(result -> observer.onWaitEnded(address, Integer.BYTES, result));
    return wait;
  }

  @Override
  public CompletableFuture<WaitResult> waitAsync64(
      int address, long expected, long timeoutNanos, Executor executor) {
    observer.onWait(address, Long.BYTES, expected, timeoutNanos);
    CompletableFuture<WaitResult> wait =
        super.waitAsync64(address, expected, timeoutNanos, executor);
    wait.thenAccept(result -> observer.onWaitEnded(address, Long.BYTES, result));
    return wait;
  }

  @Override
  public int notify(int address, int count) {
    observer.beforeNotify(address, count);
    int woken = super.notify(address, count);
    observer.onNotify(address, count, woken);
    return woken;
  }
}
