package dev.wasmrun.compiler.analysis;

import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.CompilerThread;
import dev.wasmrun.compiler.code.FunctionCode;
import dev.wasmrun.compiler.code.Op;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which local variables of a function may still be read, at chosen operations.
 *
 * <p>The operations are gone through backwards, until what is known of the heads of loops changes
 * no more. Whatever is read by a handler counts as read wherever the handler can be entered from.
 */
public final class Liveness {
  private final FunctionCode function;
  private final Set<Integer> asked;
  private final Map<Integer, BitSet> answers = new HashMap<>();

  /** Where a branch to a block arrives: by the operation that begins the block. */
  private final Map<Integer, BitSet> atTargets = new HashMap<>();

  private Liveness(FunctionCode function, Collection<Integer> asked) {
    this.function = function;
    this.asked = new HashSet<>(asked);
  }

  /**
   * Looks at a function.
   *
   * @param asked the operations before which it is to be known what is live
   */
  public static Liveness of(FunctionCode function, Collection<Integer> asked) {
    var liveness = new Liveness(function, asked);
    while (liveness.pass()) {
      liveness.answers.clear();
    }
    return liveness;
  }

  /** What may still be read when control has come to one of the operations asked for. */
  public BitSet before(int op) {
    return answers.getOrDefault(op, new BitSet());
  }

  /** What may still be read after a branch to a block. */
  public BitSet arriving(Block block) {
    return atTargets.getOrDefault(block.begin(), new BitSet());
  }

  /** Goes through all operations; whether the head of a loop has become known better. */
  private boolean pass() {
    boolean changed = false;
    var live = new BitSet();
    Deque<BitSet> afterElse = new ArrayDeque<>(); // what is live behind the ifs that are open
    Deque<BitSet> otherWay = new ArrayDeque<>(); // what their second way reads
    Deque<BitSet> handlers = new ArrayDeque<>();
    handlers.push(new BitSet());
    for (int i = function.ops().size() - 1; i >= 0; i--) {
      CompilerThread.checkAt(i);
      Op op = function.ops().get(i);
      switch (op.code()) {
        case END -> {
          Block block = op.block();
          if (block.form() != Block.Form.LOOP) {
            atTargets.put(block.begin(), copy(live));
          }
          if (block.form() == Block.Form.IF) {
            afterElse.push(copy(live));
            otherWay.push(copy(live));
          }
          if (block.form() == Block.Form.TRY) {
            BitSet caught = copy(handlers.peek());
            block.catches().forEach(c -> caught.or(arriving(c.target())));
            handlers.push(caught);
            live.or(caught);
          }
        }
        case ELSE -> {
          otherWay.pop();
          otherWay.push(copy(live));
          live = copy(afterElse.peek());
        }
        case IF -> {
          afterElse.pop();
          live.or(otherWay.pop());
        }
        case LOOP -> {
          BitSet known = atTargets.computeIfAbsent(i, unseen -> new BitSet());
          int before = known.cardinality();
          known.or(live);
          changed |= known.cardinality() != before;
        }
        case TRY_TABLE -> {
          live.or(handlers.pop());
        }
        case BR, RETURN -> live = copy(arriving(op.block()));
        case BR_IF, BR_ON_NULL, BR_ON_NON_NULL -> live.or(arriving(op.block()));
        case BR_TABLE -> {
          live = new BitSet();
          for (Block target : op.targets()) {
            live.or(arriving(target));
          }
        }
        case UNREACHABLE, RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> live = new BitSet();
        case THROW, THROW_REF -> live = copy(handlers.peek());
        case CALL, CALL_INDIRECT, CALL_REF -> live.or(handlers.peek());
        case LOCAL_GET -> live.set(op.index());
        case LOCAL_SET, LOCAL_TEE -> {
          live.clear(op.index());
          live.or(handlers.peek());
        }
        default -> {}
      }
      if (asked.contains(i)) {
        answers.put(i, copy(live));
      }
    }
    return changed;
  }

  private static BitSet copy(BitSet set) {
    return (BitSet) set.clone();
  }
}
