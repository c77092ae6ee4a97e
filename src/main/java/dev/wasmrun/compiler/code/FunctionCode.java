package dev.wasmrun.compiler.code;

import java.util.BitSet;
import java.util.List;

/**
 * The body of a function: its operations in order, without those that cannot be reached.
 *
 * @param index of the function in its module, imported ones counted
 * @param params its parameters
 * @param results its results
 * @param locals parameters and other local variables
 * @param references the local variables whose kind is {@link Kind#INT} and that begin as null
 * @param ops the first begins the function's own block, the last ends it
 * @param maxHeight how high the operand stack grows
 * @param whole whether vectors are whole, and not two halves
 */
public record FunctionCode(
    int index,
    List<Kind> params,
    List<Kind> results,
    List<Kind> locals,
    BitSet references,
    List<Op> ops,
    int maxHeight,
    boolean whole) {
  /** The block that is the whole body. */
  public Block body() {
    return ops.get(0).block();
  }
}
