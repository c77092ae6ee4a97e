package dev.wasmrun.compiler.runtime;

import dev.wasmrun.memory.MemoryView;

/**
 * The atomic accesses to memory that generated code makes. A method has the name of its instruction
 * and takes its operands, then the instruction's offset, unsigned, and the memory.
 *
 * <p>What lies outside the memory, and what is misaligned, the memory refuses.
 */
public final class Access {
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private Access() {}

  /** The sum of an address and an offset, both unsigned. */
  private static int atomic(int base, int offset, MemoryView memory) {
    return (base | offset) < 0 ? high(base, offset, memory) : base + offset;
  }

  /**
   * The sum where one of the two has over 31 bits. The specification leaves open what an access
   * that is both misaligned and outside traps for; here, as in the runtime's interpreter, it is
   * outside then.
   */
  private static int high(int base, int offset, MemoryView memory) {
    int address = VectorAccess.address(base, offset);
    memory.memory().requireBytes(address, 1);
    return address;
  }

  /** i32.atomic_load. */
  public static int i32_atomic_load(int base, int offset, MemoryView memory) {
    return memory.atomicReadInt(atomic(base, offset, memory));
  }

  /** i64.atomic_load. */
  public static long i64_atomic_load(int base, int offset, MemoryView memory) {
    return memory.atomicReadLong(atomic(base, offset, memory));
  }

  /** i32.atomic_load8_u. */
  public static int i32_atomic_load8_u(int base, int offset, MemoryView memory) {
    return memory.atomicReadByte(atomic(base, offset, memory)) & 0xFF;
  }

  /** i32.atomic_load16_u. */
  public static int i32_atomic_load16_u(int base, int offset, MemoryView memory) {
    return memory.atomicReadShort(atomic(base, offset, memory)) & 0xFFFF;
  }

  /** i64.atomic_load8_u. */
  public static long i64_atomic_load8_u(int base, int offset, MemoryView memory) {
    return memory.atomicReadByte(atomic(base, offset, memory)) & 0xFFL;
  }

  /** i64.atomic_load16_u. */
  public static long i64_atomic_load16_u(int base, int offset, MemoryView memory) {
    return memory.atomicReadShort(atomic(base, offset, memory)) & 0xFFFFL;
  }

  /** i64.atomic_load32_u. */
  public static long i64_atomic_load32_u(int base, int offset, MemoryView memory) {
    return memory.atomicReadInt(atomic(base, offset, memory)) & LOW_HALF;
  }

  /** i32.atomic_store. */
  public static void i32_atomic_store(int base, int value, int offset, MemoryView memory) {
    memory.atomicWriteInt(atomic(base, offset, memory), value);
  }

  /** i64.atomic_store. */
  public static void i64_atomic_store(int base, long value, int offset, MemoryView memory) {
    memory.atomicWriteLong(atomic(base, offset, memory), value);
  }

  /** i32.atomic_store8. */
  public static void i32_atomic_store8(int base, int value, int offset, MemoryView memory) {
    memory.atomicWriteByte(atomic(base, offset, memory), (byte) value);
  }

  /** i32.atomic_store16. */
  public static void i32_atomic_store16(int base, int value, int offset, MemoryView memory) {
    memory.atomicWriteShort(atomic(base, offset, memory), (short) value);
  }

  /** i64.atomic_store8. */
  public static void i64_atomic_store8(int base, long value, int offset, MemoryView memory) {
    memory.atomicWriteByte(atomic(base, offset, memory), (byte) value);
  }

  /** i64.atomic_store16. */
  public static void i64_atomic_store16(int base, long value, int offset, MemoryView memory) {
    memory.atomicWriteShort(atomic(base, offset, memory), (short) value);
  }

  /** i64.atomic_store32. */
  public static void i64_atomic_store32(int base, long value, int offset, MemoryView memory) {
    memory.atomicWriteInt(atomic(base, offset, memory), (int) value);
  }

  /** i32.atomic_rmw_add. */
  public static int i32_atomic_rmw_add(int base, int value, int offset, MemoryView memory) {
    return memory.atomicAddInt(atomic(base, offset, memory), value);
  }

  /** i32.atomic_rmw_sub. */
  public static int i32_atomic_rmw_sub(int base, int value, int offset, MemoryView memory) {
    return memory.atomicAddInt(atomic(base, offset, memory), -value);
  }

  /** i32.atomic_rmw_and. */
  public static int i32_atomic_rmw_and(int base, int value, int offset, MemoryView memory) {
    return memory.atomicAndInt(atomic(base, offset, memory), value);
  }

  /** i32.atomic_rmw_or. */
  public static int i32_atomic_rmw_or(int base, int value, int offset, MemoryView memory) {
    return memory.atomicOrInt(atomic(base, offset, memory), value);
  }

  /** i32.atomic_rmw_xor. */
  public static int i32_atomic_rmw_xor(int base, int value, int offset, MemoryView memory) {
    return memory.atomicXorInt(atomic(base, offset, memory), value);
  }

  /** i32.atomic_rmw_xchg. */
  public static int i32_atomic_rmw_xchg(int base, int value, int offset, MemoryView memory) {
    return memory.atomicXchgInt(atomic(base, offset, memory), value);
  }

  /** i32.atomic_rmw_cmpxchg. */
  public static int i32_atomic_rmw_cmpxchg(
      int base, int expected, int replacement, int offset, MemoryView memory) {
    return memory.atomicCmpxchgInt(atomic(base, offset, memory), expected, replacement);
  }

  /** i32.atomic_rmw8_add_u. */
  public static int i32_atomic_rmw8_add_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicAddByte(atomic(base, offset, memory), (byte) value) & 0xFF;
  }

  /** i32.atomic_rmw8_sub_u. */
  public static int i32_atomic_rmw8_sub_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicAddByte(atomic(base, offset, memory), (byte) -value) & 0xFF;
  }

  /** i32.atomic_rmw8_and_u. */
  public static int i32_atomic_rmw8_and_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicAndByte(atomic(base, offset, memory), (byte) value) & 0xFF;
  }

  /** i32.atomic_rmw8_or_u. */
  public static int i32_atomic_rmw8_or_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicOrByte(atomic(base, offset, memory), (byte) value) & 0xFF;
  }

  /** i32.atomic_rmw8_xor_u. */
  public static int i32_atomic_rmw8_xor_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicXorByte(atomic(base, offset, memory), (byte) value) & 0xFF;
  }

  /** i32.atomic_rmw8_xchg_u. */
  public static int i32_atomic_rmw8_xchg_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicXchgByte(atomic(base, offset, memory), (byte) value) & 0xFF;
  }

  /** i32.atomic_rmw8_cmpxchg_u. */
  public static int i32_atomic_rmw8_cmpxchg_u(
      int base, int expected, int replacement, int offset, MemoryView memory) {
    return memory.atomicCmpxchgByte(
            atomic(base, offset, memory), (byte) expected, (byte) replacement)
        & 0xFF;
  }

  /** i32.atomic_rmw16_add_u. */
  public static int i32_atomic_rmw16_add_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicAddShort(atomic(base, offset, memory), (short) value) & 0xFFFF;
  }

  /** i32.atomic_rmw16_sub_u. */
  public static int i32_atomic_rmw16_sub_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicAddShort(atomic(base, offset, memory), (short) -value) & 0xFFFF;
  }

  /** i32.atomic_rmw16_and_u. */
  public static int i32_atomic_rmw16_and_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicAndShort(atomic(base, offset, memory), (short) value) & 0xFFFF;
  }

  /** i32.atomic_rmw16_or_u. */
  public static int i32_atomic_rmw16_or_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicOrShort(atomic(base, offset, memory), (short) value) & 0xFFFF;
  }

  /** i32.atomic_rmw16_xor_u. */
  public static int i32_atomic_rmw16_xor_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicXorShort(atomic(base, offset, memory), (short) value) & 0xFFFF;
  }

  /** i32.atomic_rmw16_xchg_u. */
  public static int i32_atomic_rmw16_xchg_u(int base, int value, int offset, MemoryView memory) {
    return memory.atomicXchgShort(atomic(base, offset, memory), (short) value) & 0xFFFF;
  }

  /** i32.atomic_rmw16_cmpxchg_u. */
  public static int i32_atomic_rmw16_cmpxchg_u(
      int base, int expected, int replacement, int offset, MemoryView memory) {
    return memory.atomicCmpxchgShort(
            atomic(base, offset, memory), (short) expected, (short) replacement)
        & 0xFFFF;
  }

  /** i64.atomic_rmw_add. */
  public static long i64_atomic_rmw_add(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAddLong(atomic(base, offset, memory), value);
  }

  /** i64.atomic_rmw_sub. */
  public static long i64_atomic_rmw_sub(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAddLong(atomic(base, offset, memory), -value);
  }

  /** i64.atomic_rmw_and. */
  public static long i64_atomic_rmw_and(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAndLong(atomic(base, offset, memory), value);
  }

  /** i64.atomic_rmw_or. */
  public static long i64_atomic_rmw_or(int base, long value, int offset, MemoryView memory) {
    return memory.atomicOrLong(atomic(base, offset, memory), value);
  }

  /** i64.atomic_rmw_xor. */
  public static long i64_atomic_rmw_xor(int base, long value, int offset, MemoryView memory) {
    return memory.atomicXorLong(atomic(base, offset, memory), value);
  }

  /** i64.atomic_rmw_xchg. */
  public static long i64_atomic_rmw_xchg(int base, long value, int offset, MemoryView memory) {
    return memory.atomicXchgLong(atomic(base, offset, memory), value);
  }

  /** i64.atomic_rmw_cmpxchg. */
  public static long i64_atomic_rmw_cmpxchg(
      int base, long expected, long replacement, int offset, MemoryView memory) {
    return memory.atomicCmpxchgLong(atomic(base, offset, memory), expected, replacement);
  }

  /** i64.atomic_rmw8_add_u. */
  public static long i64_atomic_rmw8_add_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAddByte(atomic(base, offset, memory), (byte) value) & 0xFFL;
  }

  /** i64.atomic_rmw8_sub_u. */
  public static long i64_atomic_rmw8_sub_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAddByte(atomic(base, offset, memory), (byte) -value) & 0xFFL;
  }

  /** i64.atomic_rmw8_and_u. */
  public static long i64_atomic_rmw8_and_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAndByte(atomic(base, offset, memory), (byte) value) & 0xFFL;
  }

  /** i64.atomic_rmw8_or_u. */
  public static long i64_atomic_rmw8_or_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicOrByte(atomic(base, offset, memory), (byte) value) & 0xFFL;
  }

  /** i64.atomic_rmw8_xor_u. */
  public static long i64_atomic_rmw8_xor_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicXorByte(atomic(base, offset, memory), (byte) value) & 0xFFL;
  }

  /** i64.atomic_rmw8_xchg_u. */
  public static long i64_atomic_rmw8_xchg_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicXchgByte(atomic(base, offset, memory), (byte) value) & 0xFFL;
  }

  /** i64.atomic_rmw8_cmpxchg_u. */
  public static long i64_atomic_rmw8_cmpxchg_u(
      int base, long expected, long replacement, int offset, MemoryView memory) {
    return memory.atomicCmpxchgByte(
            atomic(base, offset, memory), (byte) expected, (byte) replacement)
        & 0xFFL;
  }

  /** i64.atomic_rmw16_add_u. */
  public static long i64_atomic_rmw16_add_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAddShort(atomic(base, offset, memory), (short) value) & 0xFFFFL;
  }

  /** i64.atomic_rmw16_sub_u. */
  public static long i64_atomic_rmw16_sub_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAddShort(atomic(base, offset, memory), (short) -value) & 0xFFFFL;
  }

  /** i64.atomic_rmw16_and_u. */
  public static long i64_atomic_rmw16_and_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAndShort(atomic(base, offset, memory), (short) value) & 0xFFFFL;
  }

  /** i64.atomic_rmw16_or_u. */
  public static long i64_atomic_rmw16_or_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicOrShort(atomic(base, offset, memory), (short) value) & 0xFFFFL;
  }

  /** i64.atomic_rmw16_xor_u. */
  public static long i64_atomic_rmw16_xor_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicXorShort(atomic(base, offset, memory), (short) value) & 0xFFFFL;
  }

  /** i64.atomic_rmw16_xchg_u. */
  public static long i64_atomic_rmw16_xchg_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicXchgShort(atomic(base, offset, memory), (short) value) & 0xFFFFL;
  }

  /** i64.atomic_rmw16_cmpxchg_u. */
  public static long i64_atomic_rmw16_cmpxchg_u(
      int base, long expected, long replacement, int offset, MemoryView memory) {
    return memory.atomicCmpxchgShort(
            atomic(base, offset, memory), (short) expected, (short) replacement)
        & 0xFFFFL;
  }

  /** i64.atomic_rmw32_add_u. */
  public static long i64_atomic_rmw32_add_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAddInt(atomic(base, offset, memory), (int) value) & LOW_HALF;
  }

  /** i64.atomic_rmw32_sub_u. */
  public static long i64_atomic_rmw32_sub_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAddInt(atomic(base, offset, memory), (int) -value) & LOW_HALF;
  }

  /** i64.atomic_rmw32_and_u. */
  public static long i64_atomic_rmw32_and_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicAndInt(atomic(base, offset, memory), (int) value) & LOW_HALF;
  }

  /** i64.atomic_rmw32_or_u. */
  public static long i64_atomic_rmw32_or_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicOrInt(atomic(base, offset, memory), (int) value) & LOW_HALF;
  }

  /** i64.atomic_rmw32_xor_u. */
  public static long i64_atomic_rmw32_xor_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicXorInt(atomic(base, offset, memory), (int) value) & LOW_HALF;
  }

  /** i64.atomic_rmw32_xchg_u. */
  public static long i64_atomic_rmw32_xchg_u(int base, long value, int offset, MemoryView memory) {
    return memory.atomicXchgInt(atomic(base, offset, memory), (int) value) & LOW_HALF;
  }

  /** i64.atomic_rmw32_cmpxchg_u. */
  public static long i64_atomic_rmw32_cmpxchg_u(
      int base, long expected, long replacement, int offset, MemoryView memory) {
    return memory.atomicCmpxchgInt(atomic(base, offset, memory), (int) expected, (int) replacement)
        & LOW_HALF;
  }

  /** memory.atomic.wait32. */
  public static int mem_atomic_wait32(
      int base, int expected, long timeout, int offset, MemoryView memory) {
    return memory.atomicWait(atomic(base, offset, memory), expected, timeout);
  }

  /** memory.atomic.wait64. */
  public static int mem_atomic_wait64(
      int base, long expected, long timeout, int offset, MemoryView memory) {
    return memory.atomicWait(atomic(base, offset, memory), expected, timeout);
  }

  /** memory.atomic.notify. */
  public static int mem_atomic_notify(int base, int count, int offset, MemoryView memory) {
    return memory.atomicNotify(atomic(base, offset, memory), count);
  }
}
