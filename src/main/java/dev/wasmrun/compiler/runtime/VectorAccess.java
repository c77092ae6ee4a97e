package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.WasmRuntimeException;
import dev.wasmrun.memory.MemoryView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Loads and stores of whole vectors as one access of 16 bytes, as observers are told of them. */
public final class VectorAccess {
  private static final int BYTES = 16;

  private VectorAccess() {}

  /**
   * v128.load.
   *
   * @return the lower half and the upper one
   */
  public static long[] load(int base, int offset, MemoryView memory) {
    byte[] bytes = new byte[BYTES];
    memory.memory().read(address(base, offset), bytes, 0, BYTES);
    ByteBuffer vector = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new long[] {vector.getLong(), vector.getLong()};
  }

  /** v128.store. */
  public static void store(int base, long low, long high, int offset, MemoryView memory) {
    ByteBuffer vector = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    vector.putLong(low).putLong(high);
    memory.memory().write(address(base, offset), vector.array(), 0, BYTES);
  }

  /**
   * The sum of an address and an offset, both unsigned.
   *
   * @throws WasmRuntimeException if no memory has that many bytes
   */
  public static int address(int base, int offset) {
    long address = Integer.toUnsignedLong(base) + Integer.toUnsignedLong(offset);
    if (address >>> Integer.SIZE != 0) {
      throw new WasmRuntimeException("out of bounds memory access");
    }
    return (int) address;
  }
}
