package dev.wasmrun.compiler.emit;

import dev.wasmrun.compiler.analysis.Liveness;
import dev.wasmrun.compiler.analysis.PartUse;
import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.FunctionCode;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.pass.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * What all methods of one function agree on: the parts, which variables are at home in the frame,
 * whether there is one.
 *
 * <p>The frame is an array that a call of the function makes and hands to its parts, so that no two
 * calls share one.
 *
 * <pre>
 *   [0, locals)                   local variables, by their index
 *   [locals, locals + height)     operands, by their position on the stack
 * </pre>
 */
final class FunctionPlan {
  /** The most variables of a method that hold locals, which all have to be set to begin with. */
  private static final int MOST_LOCALS = 1500;

  /** The most positions of the operand stack that are variables of a method. */
  static final int MOST_POSITIONS = 1000;

  final FunctionCode code;
  final Part root;
  final BitSet framed;
  final boolean hasFrame;
  final boolean hasExceptions;
  final boolean tailCalls;

  /** Whether this is the first of two forms of the function. */
  final boolean twoForms;

  private final Map<Part, PartPlan> plans = new IdentityHashMap<>();

  /**
   * A plan.
   *
   * @param name the function's method
   * @param owners the class of the part with a number, from 1
   * @param tight whether what passes between parts more often than it is used is to be at home in
   *     the frame: slower to use, and less code
   * @param twoForms whether there is to be another form, if the function makes no tail calls
   */
  FunctionPlan(
      FunctionCode code,
      Part root,
      String name,
      IntFunction<String> owners,
      boolean tight,
      boolean twoForms) {
    this.code = code;
    this.root = root;
    this.framed = framed(code, !root.inner().isEmpty());
    List<Part> parts = inner(root);
    Liveness liveness = Liveness.of(code, boundaries(parts));
    plan(parts, name, owners, liveness);
    if (tight) {
      framed.or(travelling());
      plan(parts, name, owners, liveness);
    }
    this.hasFrame =
        !framed.isEmpty()
            || code.maxHeight() > MOST_POSITIONS
            || plans.values().stream().anyMatch(plan -> !plan.needsNoFrame());
    this.hasExceptions =
        hasFrame && (code.locals().contains(Kind.EXCEPTION) || pushesExceptions(code));
    this.tailCalls = code.ops().stream().anyMatch(this::leavesCall);
    this.twoForms = twoForms && !tailCalls;
  }

  /** The way to call a part. */
  PartPlan plan(Part part) {
    return plans.get(part);
  }

  /** The index in the frame of a position of the operand stack. */
  int frameIndex(int position) {
    return code.locals().size() + position;
  }

  int frameLength() {
    return code.locals().size() + code.maxHeight();
  }

  /** A call of itself in tail position is a jump where it is not in a part. */
  boolean leavesCall(Op op) {
    return switch (op.code()) {
      case RETURN_CALL -> op.index() != code.index() || !root.inner().isEmpty();
      case RETURN_CALL_INDIRECT, RETURN_CALL_REF -> true;
      default -> false;
    };
  }

  private void plan(List<Part> parts, String name, IntFunction<String> owners, Liveness liveness) {
    int number = 0;
    for (Part part : parts) {
      number++;
      plans.put(part, plan(owners.apply(number), name + "$" + number, part, liveness));
    }
  }

  /** The locals that parts pass to each other more often than operations use them. */
  private BitSet travelling() {
    int[] uses = new int[code.locals().size()];
    for (Op op : code.ops()) {
      switch (op.code()) {
        case LOCAL_GET, LOCAL_SET, LOCAL_TEE -> uses[op.index()]++;
        default -> {}
      }
    }
    for (PartPlan plan : plans.values()) {
      plan.in().stream().forEach(local -> uses[local] -= 2);
      plan.out().stream().forEach(local -> uses[local] -= 2);
    }
    var travelling = new BitSet();
    for (int i = 0; i < uses.length; i++) {
      travelling.set(i, uses[i] < 0);
    }
    return travelling;
  }

  private PartPlan plan(String owner, String name, Part part, Liveness liveness) {
    PartUse use = PartUse.of(code, part.from(), part.to());
    BitSet in = (BitSet) liveness.before(part.from()).clone();
    use.entries().forEach(entry -> in.or(liveness.arriving(entry)));
    in.and(use.used());
    in.andNot(framed);
    BitSet out = new BitSet();
    if (use.exit() != null) {
      out.or(liveness.before(part.to()));
    }
    use.targets().values().forEach(target -> out.or(liveness.arriving(target)));
    out.and(use.written());
    out.andNot(framed);
    return PartPlan.of(owner, name, part, use, in, out);
  }

  private static List<Part> inner(Part root) {
    var parts = new ArrayList<Part>();
    Deque<Part> left = new ArrayDeque<>(root.inner());
    while (!left.isEmpty()) {
      Part part = left.pop();
      parts.add(part);
      part.inner().forEach(left::push);
    }
    return parts;
  }

  private static List<Integer> boundaries(List<Part> parts) {
    var boundaries = new ArrayList<Integer>();
    for (Part part : parts) {
      boundaries.add(part.from());
      boundaries.add(part.to());
    }
    return boundaries;
  }

  /**
   * The locals at home in the frame: those for which a method has no room and, in a function of
   * several methods, those that change where an exception is caught, since a part that throws hands
   * over nothing.
   */
  private static BitSet framed(FunctionCode code, boolean split) {
    var framed = new BitSet();
    if (code.locals().size() > MOST_LOCALS) {
      framed.set(MOST_LOCALS, code.locals().size());
    }
    int tries = 0;
    for (Op op : split ? code.ops() : List.<Op>of()) {
      switch (op.code()) {
        case TRY_TABLE -> tries++;
        case END -> tries -= op.block().form() == Block.Form.TRY ? 1 : 0;
        case LOCAL_SET, LOCAL_TEE -> framed.set(op.index(), framed.get(op.index()) || tries > 0);
        default -> {}
      }
    }
    return framed;
  }

  private static boolean pushesExceptions(FunctionCode code) {
    return code.ops().stream()
        .anyMatch(
            op ->
                op.before() != null && op.before().top() == Kind.EXCEPTION
                    || op.block() != null
                        && (op.block().params().contains(Kind.EXCEPTION)
                            || op.block().results().contains(Kind.EXCEPTION)));
  }
}
