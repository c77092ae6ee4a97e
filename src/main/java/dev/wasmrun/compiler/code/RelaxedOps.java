package dev.wasmrun.compiler.code;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.CustomSection;
import com.dylibso.chicory.wasm.types.UnknownCustomSection;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The vector instructions of a module that the parser has no opcode for: in their places it has
 * others with the same operands, and a custom section says where those are.
 *
 * <p>Immutable.
 */
public final class RelaxedOps {
  private static final String SECTION = "wasm-run.relaxed";
  private static final List<Kind> TWO = List.of(Kind.VECTOR, Kind.VECTOR);
  private static final List<Kind> THREE = List.of(Kind.VECTOR, Kind.VECTOR, Kind.VECTOR);

  /** By the second part of the opcode. */
  private static final Map<Integer, VectorOp> BY_NUMBER =
      Map.of(
          0x105, VectorOp.named("F32x4", "relaxed_madd", THREE),
          0x106, VectorOp.named("F32x4", "relaxed_nmadd", THREE),
          0x107, VectorOp.named("F64x2", "relaxed_madd", THREE),
          0x108, VectorOp.named("F64x2", "relaxed_nmadd", THREE),
          0x112, VectorOp.named("I16x8", "relaxed_dot_i8x16_i7x16_s", TWO),
          0x113, VectorOp.named("I32x4", "relaxed_dot_i8x16_i7x16_add_s", THREE));

  private final Map<Integer, VectorOp> byAddress = new HashMap<>();

  /** Those of a parsed module. */
  public RelaxedOps(WasmModule module) {
    CustomSection section = module.customSection(SECTION);
    if (section instanceof UnknownCustomSection marks) {
      var entries = ByteBuffer.wrap(marks.bytes());
      while (entries.remaining() >= 2 * Integer.BYTES) {
        int address = entries.getInt();
        VectorOp op = BY_NUMBER.get(entries.getInt());
        if (op != null) { // as it is, unless the guest has such a section of its own
          byAddress.put(address, op);
        }
      }
    }
  }

  /**
   * The instruction at an address of the file that stands there for another.
   *
   * @param other that other one
   */
  public VectorOp at(int address, VectorOp other) {
    VectorOp op = byAddress.isEmpty() ? null : byAddress.get(address);
    return op != null && other != null && op.operands().equals(other.operands()) ? op : other;
  }
}
