package dev.wasmrun.compiler.code;

import com.dylibso.chicory.wasm.types.CatchOpCode;
import java.util.List;

/**
 * A structured instruction of a function: what a branch can lead to.
 *
 * <p>Operations refer to blocks, and so form the tree that WebAssembly states. Changed by the
 * {@link BodyDecoder} only.
 */
public final class Block {
  /** What kind of structured instruction begins a block. */
  public enum Form {
    /** The whole body: a branch to it returns. */
    FUNCTION,
    /** A branch leads to its end. */
    BLOCK,
    /** A branch leads to its beginning. */
    LOOP,
    /** Two ways, the second of which may be missing. */
    IF,
    /** A block that catches exceptions. */
    TRY
  }

  /**
   * A catch clause.
   *
   * @param all whether it catches exceptions of every tag
   * @param tag the tag otherwise
   * @param reference whether it hands over the exception itself, too
   * @param target where it branches to
   */
  public record Catch(boolean all, int tag, boolean reference, Block target) {
    static Catch of(CatchOpCode.Catch parsed, Block target) {
      return switch (parsed.opcode()) {
        case CATCH -> new Catch(false, parsed.tag(), false, target);
        case CATCH_REF -> new Catch(false, parsed.tag(), true, target);
        case CATCH_ALL -> new Catch(true, -1, false, target);
        case CATCH_ALL_REF -> new Catch(true, -1, true, target);
      };
    }
  }

  private final Form form;
  private final Block parent;
  private final int depth;
  private final Operands below;
  private final List<Kind> params;
  private final List<Kind> results;
  private List<Catch> catches = List.of();
  int begin;
  int end;
  boolean targeted;
  boolean hasElse;

  Block(Form form, Block parent, Operands below, List<Kind> params, List<Kind> results) {
    this.form = form;
    this.parent = parent;
    this.depth = parent == null ? 0 : parent.depth + 1;
    this.below = below;
    this.params = params;
    this.results = results;
  }

  void setCatches(List<Catch> clauses) {
    catches = List.copyOf(clauses);
  }

  /** What begins it. */
  public Form form() {
    return form;
  }

  /** The block around it; null for the function. */
  public Block parent() {
    return parent;
  }

  /** In how many blocks it lies; tells the blocks apart that an operation can branch to. */
  public int depth() {
    return depth;
  }

  /** The operand stack without the block's parameters and results. */
  public Operands below() {
    return below;
  }

  /** What it takes from the operand stack. */
  public List<Kind> params() {
    return params;
  }

  /** What it leaves on the operand stack. */
  public List<Kind> results() {
    return results;
  }

  /** What a branch to it takes along. */
  public List<Kind> branchKinds() {
    return form == Form.LOOP ? params : results;
  }

  /** The operand stack where a branch to it arrives. */
  public Operands arriving() {
    return below.push(branchKinds());
  }

  /** Its catch clauses in order. */
  public List<Catch> catches() {
    return catches;
  }

  /** The index of the operation that begins it. */
  public int begin() {
    return begin;
  }

  /** The index of the operation that ends it. */
  public int end() {
    return end;
  }

  /** The index of the operation at which a branch to it arrives. */
  public int landing() {
    return form == Form.LOOP ? begin : end;
  }

  /** Whether any live operation branches to it. */
  public boolean targeted() {
    return targeted;
  }

  /** Whether an if has a second way. */
  public boolean hasElse() {
    return hasElse;
  }
}
