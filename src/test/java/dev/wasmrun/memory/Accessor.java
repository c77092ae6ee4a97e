package dev.wasmrun.memory;

/** The numeric accessors of a memory as one table: by name, for a property test to choose from. */
enum Accessor {
  GET_BYTE(1, false, Effect.LOAD, (m, a, x, y) -> m.getByte(a)),
  SET_BYTE(
      1,
      false,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setByte(a, (byte) x);
        return 0;
      }),
  GET_BYTE_VOLATILE(1, true, Effect.LOAD, (m, a, x, y) -> m.getByteVolatile(a)),
  GET_BYTE_ACQUIRE(1, true, Effect.LOAD, (m, a, x, y) -> m.getByteAcquire(a)),
  SET_BYTE_VOLATILE(
      1,
      true,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setByteVolatile(a, (byte) x);
        return 0;
      }),
  SET_BYTE_RELEASE(
      1,
      true,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setByteRelease(a, (byte) x);
        return 0;
      }),
  ADD_BYTE(1, true, Effect.ADD, (m, a, x, y) -> m.getAndAddByte(a, (byte) x)),
  AND_BYTE(1, true, Effect.AND, (m, a, x, y) -> m.getAndBitwiseAndByte(a, (byte) x)),
  OR_BYTE(1, true, Effect.OR, (m, a, x, y) -> m.getAndBitwiseOrByte(a, (byte) x)),
  XOR_BYTE(1, true, Effect.XOR, (m, a, x, y) -> m.getAndBitwiseXorByte(a, (byte) x)),
  SWAP_BYTE(1, true, Effect.SWAP, (m, a, x, y) -> m.getAndSetByte(a, (byte) x)),
  EXCHANGE_BYTE(
      1, true, Effect.EXCHANGE, (m, a, x, y) -> m.compareAndExchangeByte(a, (byte) x, (byte) y)),
  COMPARE_AND_SET_BYTE(
      1,
      true,
      Effect.COMPARE_AND_SET,
      (m, a, x, y) -> m.compareAndSetByte(a, (byte) x, (byte) y) ? 1 : 0),
  GET_SHORT(2, false, Effect.LOAD, (m, a, x, y) -> m.getShort(a)),
  SET_SHORT(
      2,
      false,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setShort(a, (short) x);
        return 0;
      }),
  GET_SHORT_VOLATILE(2, true, Effect.LOAD, (m, a, x, y) -> m.getShortVolatile(a)),
  GET_SHORT_ACQUIRE(2, true, Effect.LOAD, (m, a, x, y) -> m.getShortAcquire(a)),
  SET_SHORT_VOLATILE(
      2,
      true,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setShortVolatile(a, (short) x);
        return 0;
      }),
  SET_SHORT_RELEASE(
      2,
      true,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setShortRelease(a, (short) x);
        return 0;
      }),
  ADD_SHORT(2, true, Effect.ADD, (m, a, x, y) -> m.getAndAddShort(a, (short) x)),
  AND_SHORT(2, true, Effect.AND, (m, a, x, y) -> m.getAndBitwiseAndShort(a, (short) x)),
  OR_SHORT(2, true, Effect.OR, (m, a, x, y) -> m.getAndBitwiseOrShort(a, (short) x)),
  XOR_SHORT(2, true, Effect.XOR, (m, a, x, y) -> m.getAndBitwiseXorShort(a, (short) x)),
  SWAP_SHORT(2, true, Effect.SWAP, (m, a, x, y) -> m.getAndSetShort(a, (short) x)),
  EXCHANGE_SHORT(
      2, true, Effect.EXCHANGE, (m, a, x, y) -> m.compareAndExchangeShort(a, (short) x, (short) y)),
  COMPARE_AND_SET_SHORT(
      2,
      true,
      Effect.COMPARE_AND_SET,
      (m, a, x, y) -> m.compareAndSetShort(a, (short) x, (short) y) ? 1 : 0),
  GET_INT(4, false, Effect.LOAD, (m, a, x, y) -> m.getInt(a)),
  SET_INT(
      4,
      false,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setInt(a, (int) x);
        return 0;
      }),
  GET_INT_VOLATILE(4, true, Effect.LOAD, (m, a, x, y) -> m.getIntVolatile(a)),
  GET_INT_ACQUIRE(4, true, Effect.LOAD, (m, a, x, y) -> m.getIntAcquire(a)),
  SET_INT_VOLATILE(
      4,
      true,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setIntVolatile(a, (int) x);
        return 0;
      }),
  SET_INT_RELEASE(
      4,
      true,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setIntRelease(a, (int) x);
        return 0;
      }),
  ADD_INT(4, true, Effect.ADD, (m, a, x, y) -> m.getAndAddInt(a, (int) x)),
  AND_INT(4, true, Effect.AND, (m, a, x, y) -> m.getAndBitwiseAndInt(a, (int) x)),
  OR_INT(4, true, Effect.OR, (m, a, x, y) -> m.getAndBitwiseOrInt(a, (int) x)),
  XOR_INT(4, true, Effect.XOR, (m, a, x, y) -> m.getAndBitwiseXorInt(a, (int) x)),
  SWAP_INT(4, true, Effect.SWAP, (m, a, x, y) -> m.getAndSetInt(a, (int) x)),
  EXCHANGE_INT(
      4, true, Effect.EXCHANGE, (m, a, x, y) -> m.compareAndExchangeInt(a, (int) x, (int) y)),
  COMPARE_AND_SET_INT(
      4,
      true,
      Effect.COMPARE_AND_SET,
      (m, a, x, y) -> m.compareAndSetInt(a, (int) x, (int) y) ? 1 : 0),
  GET_LONG(8, false, Effect.LOAD, (m, a, x, y) -> m.getLong(a)),
  SET_LONG(
      8,
      false,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setLong(a, x);
        return 0;
      }),
  GET_LONG_VOLATILE(8, true, Effect.LOAD, (m, a, x, y) -> m.getLongVolatile(a)),
  GET_LONG_ACQUIRE(8, true, Effect.LOAD, (m, a, x, y) -> m.getLongAcquire(a)),
  SET_LONG_VOLATILE(
      8,
      true,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setLongVolatile(a, x);
        return 0;
      }),
  SET_LONG_RELEASE(
      8,
      true,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setLongRelease(a, x);
        return 0;
      }),
  ADD_LONG(8, true, Effect.ADD, (m, a, x, y) -> m.getAndAddLong(a, x)),
  AND_LONG(8, true, Effect.AND, (m, a, x, y) -> m.getAndBitwiseAndLong(a, x)),
  OR_LONG(8, true, Effect.OR, (m, a, x, y) -> m.getAndBitwiseOrLong(a, x)),
  XOR_LONG(8, true, Effect.XOR, (m, a, x, y) -> m.getAndBitwiseXorLong(a, x)),
  SWAP_LONG(8, true, Effect.SWAP, (m, a, x, y) -> m.getAndSetLong(a, x)),
  EXCHANGE_LONG(8, true, Effect.EXCHANGE, (m, a, x, y) -> m.compareAndExchangeLong(a, x, y)),
  COMPARE_AND_SET_LONG(
      8, true, Effect.COMPARE_AND_SET, (m, a, x, y) -> m.compareAndSetLong(a, x, y) ? 1 : 0),
  GET_FLOAT(4, false, Effect.LOAD, (m, a, x, y) -> Float.floatToRawIntBits(m.getFloat(a))),
  SET_FLOAT(
      4,
      false,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setFloat(a, Float.intBitsToFloat((int) x));
        return 0;
      }),
  GET_DOUBLE(8, false, Effect.LOAD, (m, a, x, y) -> Double.doubleToRawLongBits(m.getDouble(a))),
  SET_DOUBLE(
      8,
      false,
      Effect.STORE,
      (m, a, x, y) -> {
        m.setDouble(a, Double.longBitsToDouble(x));
        return 0;
      });

  /** What an accessor does to the number there. */
  enum Effect {
    LOAD,
    STORE,
    ADD,
    AND,
    OR,
    XOR,
    SWAP,
    EXCHANGE,
    COMPARE_AND_SET;

    /** The number afterwards, to be cut to its width. */
    long after(long seen, long x, long y, boolean equal) {
      return switch (this) {
        case LOAD -> seen;
        case STORE, SWAP -> x;
        case ADD -> seen + x;
        case AND -> seen & x;
        case OR -> seen | x;
        case XOR -> seen ^ x;
        case EXCHANGE, COMPARE_AND_SET -> equal ? y : seen;
      };
    }

    long result(long seen, boolean equal) {
      return switch (this) {
        case STORE -> 0;
        case COMPARE_AND_SET -> equal ? 1 : 0;
        case LOAD, ADD, AND, OR, XOR, SWAP, EXCHANGE -> seen;
      };
    }
  }

  /** An access with up to two operands, each cut to the width; the result is sign-extended. */
  interface Access {
    long apply(LinearMemory memory, int address, long x, long y);
  }

  final int width;
  final boolean atomic;
  final Effect effect;
  private final Access access;

  Accessor(int width, boolean atomic, Effect effect, Access access) {
    this.width = width;
    this.atomic = atomic;
    this.effect = effect;
    this.access = access;
  }

  long apply(LinearMemory memory, int address, long x, long y) {
    return access.apply(memory, address, x, y);
  }

  /** What {@link #apply} should do, on the model. */
  long apply(ByteModel model, int address, long x, long y) {
    long seen = model.get(address, width);
    int unused = Long.SIZE - 8 * width;
    boolean equal = seen == x << unused >> unused;
    model.set(address, width, effect.after(seen, x, y, equal));
    return effect.result(seen, equal);
  }
}
