package dev.wasmrun.compiler.code;

import com.dylibso.chicory.wasm.types.OpCode;
import java.util.List;

/**
 * An operation that can be reached, with the operand stack as it finds it.
 *
 * @param code what it does; a structured instruction is an operation at its beginning, at an {@code
 *     else} and at its end
 * @param address where it is in the module's file
 * @param before the operand stack; null for an {@code else} or end that is reached by branches only
 * @param low how many values are left on the stack between taking operands and pushing results
 * @param a first immediate, as the parser orders them: an index, a constant's bits; for an access
 *     to memory the offset
 * @param b second immediate; for an access to memory the memory's index
 * @param block the block that begins, continues or ends here, or the one a branch leads to
 * @param targets of a table of branches, the default last
 * @param vector what it does if it is a vector instruction; else null
 * @param lane the lane that a vector instruction is about
 */
public record Op(
    OpCode code,
    int address,
    Operands before,
    int low,
    long a,
    long b,
    Block block,
    List<Block> targets,
    VectorOp vector,
    int lane) {
  /** An operation that is no vector instruction. */
  Op(
      OpCode code,
      int address,
      Operands before,
      int low,
      long a,
      long b,
      Block block,
      List<Block> targets) {
    this(code, address, before, low, a, b, block, targets, null, 0);
  }

  /** Whether control arrives here from the operation before. */
  public boolean falls() {
    return before != null;
  }

  /** The immediate as an index. */
  public int index() {
    return (int) a;
  }
}
