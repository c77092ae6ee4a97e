package dev.wasmrun.memory;

/**
 * A view that counts atomic instructions. An instance runs on one thread, so the count needs no
 * synchronisation, which would cost as much as what it counts.
 */
final class CountingView extends MemoryView {
  private final AtomicCounts.Count count;

  CountingView(
      LinearMemory memory,
      ActiveData activeData,
      Object code,
      Runnable afterWait,
      AtomicCounts.Count count) {
    super(memory, activeData, code, afterWait);
    this.count = count;
  }

  @Override
  public byte atomicReadByte(int addr) {
    count.add();
    return super.atomicReadByte(addr);
  }

  @Override
  public void atomicWriteByte(int addr, byte value) {
    count.add();
    super.atomicWriteByte(addr, value);
  }

  @Override
  public byte atomicAddByte(int addr, byte delta) {
    count.add();
    return super.atomicAddByte(addr, delta);
  }

  @Override
  public byte atomicAndByte(int addr, byte mask) {
    count.add();
    return super.atomicAndByte(addr, mask);
  }

  @Override
  public byte atomicOrByte(int addr, byte mask) {
    count.add();
    return super.atomicOrByte(addr, mask);
  }

  @Override
  public byte atomicXorByte(int addr, byte mask) {
    count.add();
    return super.atomicXorByte(addr, mask);
  }

  @Override
  public byte atomicXchgByte(int addr, byte value) {
    count.add();
    return super.atomicXchgByte(addr, value);
  }

  @Override
  public byte atomicCmpxchgByte(int addr, byte expected, byte replacement) {
    count.add();
    return super.atomicCmpxchgByte(addr, expected, replacement);
  }

  @Override
  public short atomicReadShort(int addr) {
    count.add();
    return super.atomicReadShort(addr);
  }

  @Override
  public void atomicWriteShort(int addr, short value) {
    count.add();
    super.atomicWriteShort(addr, value);
  }

  @Override
  public short atomicAddShort(int addr, short delta) {
    count.add();
    return super.atomicAddShort(addr, delta);
  }

  @Override
  public short atomicAndShort(int addr, short mask) {
    count.add();
    return super.atomicAndShort(addr, mask);
  }

  @Override
  public short atomicOrShort(int addr, short mask) {
    count.add();
    return super.atomicOrShort(addr, mask);
  }

  @Override
  public short atomicXorShort(int addr, short mask) {
    count.add();
    return super.atomicXorShort(addr, mask);
  }

  @Override
  public short atomicXchgShort(int addr, short value) {
    count.add();
    return super.atomicXchgShort(addr, value);
  }

  @Override
  public short atomicCmpxchgShort(int addr, short expected, short replacement) {
    count.add();
    return super.atomicCmpxchgShort(addr, expected, replacement);
  }

  @Override
  public int atomicReadInt(int addr) {
    count.add();
    return super.atomicReadInt(addr);
  }

  @Override
  public void atomicWriteInt(int addr, int value) {
    count.add();
    super.atomicWriteInt(addr, value);
  }

  @Override
  public int atomicAddInt(int addr, int delta) {
    count.add();
    return super.atomicAddInt(addr, delta);
  }

  @Override
  public int atomicAndInt(int addr, int mask) {
    count.add();
    return super.atomicAndInt(addr, mask);
  }

  @Override
  public int atomicOrInt(int addr, int mask) {
    count.add();
    return super.atomicOrInt(addr, mask);
  }

  @Override
  public int atomicXorInt(int addr, int mask) {
    count.add();
    return super.atomicXorInt(addr, mask);
  }

  @Override
  public int atomicXchgInt(int addr, int value) {
    count.add();
    return super.atomicXchgInt(addr, value);
  }

  @Override
  public int atomicCmpxchgInt(int addr, int expected, int replacement) {
    count.add();
    return super.atomicCmpxchgInt(addr, expected, replacement);
  }

  @Override
  public long atomicReadLong(int addr) {
    count.add();
    return super.atomicReadLong(addr);
  }

  @Override
  public void atomicWriteLong(int addr, long value) {
    count.add();
    super.atomicWriteLong(addr, value);
  }

  @Override
  public long atomicAddLong(int addr, long delta) {
    count.add();
    return super.atomicAddLong(addr, delta);
  }

  @Override
  public long atomicAndLong(int addr, long mask) {
    count.add();
    return super.atomicAndLong(addr, mask);
  }

  @Override
  public long atomicOrLong(int addr, long mask) {
    count.add();
    return super.atomicOrLong(addr, mask);
  }

  @Override
  public long atomicXorLong(int addr, long mask) {
    count.add();
    return super.atomicXorLong(addr, mask);
  }

  @Override
  public long atomicXchgLong(int addr, long value) {
    count.add();
    return super.atomicXchgLong(addr, value);
  }

  @Override
  public long atomicCmpxchgLong(int addr, long expected, long replacement) {
    count.add();
    return super.atomicCmpxchgLong(addr, expected, replacement);
  }

  @Override
  public void atomicFence() {
    count.add();
    super.atomicFence();
  }
}
