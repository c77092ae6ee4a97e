package dev.wasmrun.compiler.analysis;

import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.CompilerThread;
import dev.wasmrun.compiler.code.FunctionCode;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.Operands;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a range of a function's operations has to do with the rest: what it would need and leave if
 * it were a method of its own.
 *
 * @param used the local variables that it reads or writes
 * @param written the local variables that it writes
 * @param low how much of the operand stack it leaves alone
 * @param entry the operand stack at its beginning
 * @param exit the operand stack behind it; null if control never gets there
 * @param targets the blocks to whose beginning or end outside it it branches, by their depth
 * @param entries the blocks around its beginning that end in it, the innermost first: branches to
 *     them come in there
 */
public record PartUse(
    BitSet used,
    BitSet written,
    int low,
    Operands entry,
    Operands exit,
    SortedMap<Integer, Block> targets,
    List<Block> entries) {
  /**
   * Looks at a range.
   *
   * @param from the first operation
   * @param to behind the last; blocks that begin in between end there
   */
  public static PartUse of(FunctionCode function, int from, int to) {
    var used = new BitSet();
    var written = new BitSet();
    var targets = new Targets(from, to, new TreeMap<>());
    var entries = new ArrayList<Block>();
    int low = function.ops().get(from).before().height();
    for (int i = from; i < to; i++) {
      CompilerThread.checkAt(i);
      Op op = function.ops().get(i);
      low = Math.min(low, op.low());
      switch (op.code()) {
        case LOCAL_GET -> used.set(op.index());
        case LOCAL_SET, LOCAL_TEE -> {
          used.set(op.index());
          written.set(op.index());
        }
        case TRY_TABLE -> op.block().catches().forEach(c -> targets.add(c.target()));
        case BR, BR_IF, BR_ON_NULL, BR_ON_NON_NULL, RETURN -> targets.add(op.block());
        case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> targets.add(function.body());
        case BR_TABLE -> op.targets().forEach(targets::add);
        case END -> {
          if (op.block().begin() < from && op.block().targeted()) {
            entries.add(op.block());
          }
        }
        default -> {}
      }
    }
    Op entry = function.ops().get(from);
    Operands exit = to < function.ops().size() ? function.ops().get(to).before() : null;
    return new PartUse(used, written, low, entry.before(), exit, targets.byDepth(), entries);
  }

  /** The targets of a range's branches that are outside of it. */
  private record Targets(int from, int to, SortedMap<Integer, Block> byDepth) {
    void add(Block target) {
      if (target.landing() < from || target.landing() >= to) {
        byDepth.put(target.depth(), target);
      }
    }
  }
}
