package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.types.Instruction;

/**
 * Some narrow stores in interpreted code. Chicory 1.7.5 computes the address of i32.store8,
 * i64.store8 and i64.store32 in 32 bits: one beyond all memory begins again at 0.
 */
final class InterpretedStore {
  private static final int OFFSET = 1;

  private InterpretedStore() {}

  /**
   * Before the instruction: refuses an address that no memory has.
   *
   * @param stack with the value on top of the address
   */
  static void requireAddress(Instruction store, MStack stack) {
    long base = Integer.toUnsignedLong((int) stack.array()[stack.size() - 2]);
    if (base + store.operand(OFFSET) > Integer.MAX_VALUE) {
      throw new WasmRuntimeException("out of bounds memory access");
    }
  }
}
