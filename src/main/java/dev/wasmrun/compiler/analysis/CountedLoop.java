package dev.wasmrun.compiler.analysis;

import static com.dylibso.chicory.wasm.types.OpCode.*;

import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.FunctionCode;
import dev.wasmrun.compiler.code.Op;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A loop in which every iteration adds a constant to a local variable of 32 bits and goes on
 * depending on how that compares with something that stays the same.
 *
 * <pre>
 *   compared first                        compared last
 *
 *   loop                                  loop
 *     i limit compare                       body; i += step
 *     if, or br_if out      ◀─ condition    i limit compare      ◀─ condition
 *     body; i += step                       br_if loop           ◀─ back
 *     br loop               ◀─ back       end
 *   end
 * </pre>
 *
 * @param first whether the comparison is what an iteration begins with, rather than what it ends
 *     with
 * @param variable the induction variable
 * @param step what every iteration adds to it, not 0
 * @param limit what it is compared with: a local variable or, if {@code constant}, a number
 * @param goesOn the comparison of the variable with the limit that holds if there is another
 *     iteration
 * @param condition the index of the operation that decides, or of the comparison before it
 * @param increment the index of the operation that stores the variable
 * @param back the index of the branch back
 */
public record CountedLoop(
    boolean first,
    int variable,
    int step,
    boolean constant,
    int limit,
    OpCode goesOn,
    int condition,
    int increment,
    int back) {
  /** A longer step is none through an array, nor one that an instruction of the JVM can add. */
  private static final int LONGEST_STEP = Short.MAX_VALUE;

  private static final Map<OpCode, OpCode> OPPOSITE = new EnumMap<>(OpCode.class);
  private static final Map<OpCode, OpCode> EXCHANGED = new EnumMap<>(OpCode.class);
  private static final Set<OpCode> FOR_ASCENDING =
      EnumSet.of(I32_NE, I32_LT_S, I32_LT_U, I32_LE_S, I32_LE_U);
  private static final Set<OpCode> FOR_DESCENDING =
      EnumSet.of(I32_NE, I32_GT_S, I32_GT_U, I32_GE_S, I32_GE_U);

  static {
    put(I32_EQ, I32_NE, I32_EQ);
    put(I32_NE, I32_EQ, I32_NE);
    put(I32_LT_S, I32_GE_S, I32_GT_S);
    put(I32_LT_U, I32_GE_U, I32_GT_U);
    put(I32_GT_S, I32_LE_S, I32_LT_S);
    put(I32_GT_U, I32_LE_U, I32_LT_U);
    put(I32_LE_S, I32_GT_S, I32_GE_S);
    put(I32_LE_U, I32_GT_U, I32_GE_U);
    put(I32_GE_S, I32_LT_S, I32_LE_S);
    put(I32_GE_U, I32_LT_U, I32_LE_U);
  }

  private static void put(OpCode comparison, OpCode opposite, OpCode exchanged) {
    OPPOSITE.put(comparison, opposite);
    EXCHANGED.put(comparison, exchanged);
  }

  /** Whether the variable grows. */
  public boolean ascends() {
    return step > 0;
  }

  /** The loop that begins with an operation, if it counts. */
  public static Optional<CountedLoop> at(FunctionCode function, int loop) {
    return new Finder(function, function.ops().get(loop).block()).find();
  }

  /** What is known of a comparison: its operands, as far as they are variables or constants. */
  private record Comparison(int left, int right, OpCode code, int begin, int end) {}

  private static final class Finder {
    private final FunctionCode function;
    private final Block loop;

    Finder(FunctionCode function, Block loop) {
      this.function = function;
      this.loop = loop;
    }

    private Op op(int index) {
      return function.ops().get(index);
    }

    Optional<CountedLoop> find() {
      if (!loop.params().isEmpty() || !touchesMemory()) {
        return Optional.empty();
      }
      return comparedLast().or(this::comparedFirst);
    }

    private boolean touchesMemory() {
      for (int i = loop.begin(); i < loop.end(); i++) {
        int code = op(i).code().opcode();
        if (code >= I32_LOAD.opcode() && code <= I64_STORE32.opcode()) {
          return true;
        }
      }
      return false;
    }

    private Optional<CountedLoop> comparedLast() {
      int back = loop.end() - 1;
      if (op(back).code() != BR_IF || op(back).block() != loop) {
        return Optional.empty();
      }
      return comparisonBefore(back)
          .flatMap(comparison -> counting(false, comparison, comparison.code(), back, loop));
    }

    private Optional<CountedLoop> comparedFirst() {
      int first = loop.begin() + 1;
      for (int decides = first; decides < first + 6 && decides < loop.end(); decides++) {
        Op op = op(decides);
        boolean leaves = op.code() == BR_IF && op.block().begin() < loop.begin();
        if (op.code() == IF || leaves) {
          return comparedFirst(first, decides, leaves);
        }
      }
      return Optional.empty();
    }

    private Optional<CountedLoop> comparedFirst(int first, int decides, boolean leaves) {
      Optional<Comparison> found = comparisonBefore(decides);
      if (found.isEmpty() || found.get().begin() != first) {
        return Optional.empty();
      }
      Block body = leaves ? loop : op(decides).block();
      int back = body.end() - 1;
      if (body.hasElse() || op(back).code() != BR || op(back).block() != loop) {
        return Optional.empty();
      }
      if (!leaves && body.end() + 1 != loop.end()) {
        return Optional.empty();
      }
      OpCode code = found.get().code();
      return counting(true, found.get(), leaves ? OPPOSITE.get(code) : code, back, body);
    }

    /** The comparison that ends right before an operation, with what reverses it taken in. */
    private Optional<Comparison> comparisonBefore(int decides) {
      int at = decides - 1;
      boolean reversed = false;
      while (at > loop.begin() && op(at).code() == I32_EQZ && isNumber(op(at - 1))) {
        reversed = !reversed;
        at--;
      }
      OpCode code;
      int right;
      int left;
      if (OPPOSITE.containsKey(op(at).code())) {
        code = op(at).code();
        right = at - 1;
        left = at - 2;
      } else if (op(at).code() == I32_EQZ) {
        code = I32_EQ;
        right = at; // an implicit 0
        left = at - 1;
      } else {
        code = I32_NE;
        right = at + 1;
        left = at;
      }
      if (left <= loop.begin()) {
        return Optional.empty();
      }
      int begin = beginning(left);
      return Optional.of(
          new Comparison(left, right, reversed ? OPPOSITE.get(code) : code, begin, at));
    }

    /** Whether an operation is itself a comparison, which the one behind it reverses. */
    private static boolean isNumber(Op op) {
      return OPPOSITE.containsKey(op.code()) || op.code() == I32_EQZ;
    }

    /** Where what computes an operand begins, as far as it matters here. */
    private int beginning(int operand) {
      return op(operand).code() == LOCAL_TEE ? operand - 3 : operand;
    }

    private Optional<CountedLoop> counting(
        boolean first, Comparison comparison, OpCode goesOn, int back, Block body) {
      boolean zero =
          comparison.right() > comparison.end() || comparison.right() == comparison.end();
      return counting(first, comparison, comparison.left(), comparison.right(), goesOn, back, body)
          .or(
              () ->
                  zero
                      ? Optional.empty()
                      : counting(
                          first,
                          comparison,
                          comparison.right(),
                          comparison.left(),
                          EXCHANGED.get(goesOn),
                          back,
                          body));
    }

    private Optional<CountedLoop> counting(
        boolean first,
        Comparison comparison,
        int counter,
        int other,
        OpCode goesOn,
        int back,
        Block body) {
      Op counts = op(counter);
      if (counts.code() != LOCAL_GET && (first || counts.code() != LOCAL_TEE)) {
        return Optional.empty();
      }
      boolean implicit = other >= comparison.end();
      boolean constant = implicit || op(other).code() == I32_CONST;
      if (!constant && op(other).code() != LOCAL_GET) {
        return Optional.empty();
      }
      int limit = implicit ? 0 : (int) op(other).a();
      int variable = counts.index();
      int increment = onlyStore(variable);
      if (increment < 0 || !constant && stores(limit)) {
        return Optional.empty();
      }
      int step = step(increment, variable);
      boolean counting =
          step != 0
              && Math.abs((long) step) <= LONGEST_STEP
              && (step > 0 ? FOR_ASCENDING : FOR_DESCENDING).contains(goesOn)
              && isInEveryIteration(increment, back, body);
      return counting
          ? Optional.of(
              new CountedLoop(
                  first,
                  variable,
                  step,
                  constant,
                  limit,
                  goesOn,
                  comparison.end(),
                  increment,
                  back))
          : Optional.empty();
    }

    /** The only operation of the loop that stores a variable; -1 if there is none, or another. */
    private int onlyStore(int variable) {
      int only = -1;
      for (int i = loop.begin(); i < loop.end(); i++) {
        if (isStore(op(i), variable)) {
          if (only >= 0) {
            return -1;
          }
          only = i;
        }
      }
      return only;
    }

    private boolean stores(int variable) {
      for (int i = loop.begin(); i < loop.end(); i++) {
        if (isStore(op(i), variable)) {
          return true;
        }
      }
      return false;
    }

    private static boolean isStore(Op op, int variable) {
      return (op.code() == LOCAL_SET || op.code() == LOCAL_TEE) && op.index() == variable;
    }

    /** What a store adds to its variable; 0 if it does something else. */
    private int step(int store, int variable) {
      if (store - 3 <= loop.begin()) {
        return 0;
      }
      Op sum = op(store - 1);
      Op second = op(store - 2);
      Op first = op(store - 3);
      boolean add = sum.code() == I32_ADD;
      if (!add && sum.code() != I32_SUB) {
        return 0;
      }
      if (isGet(first, variable) && second.code() == I32_CONST) {
        return add ? (int) second.a() : -(int) second.a();
      }
      return add && isGet(second, variable) && first.code() == I32_CONST ? (int) first.a() : 0;
    }

    private static boolean isGet(Op op, int variable) {
      return op.code() == LOCAL_GET && op.index() == variable;
    }

    /** Whether an operation is one of a block's own, before the branch at its end. */
    private boolean isInEveryIteration(int index, int back, Block body) {
      int depth = 0;
      for (int i = body.begin() + 1; i < back; i++) {
        switch (op(i).code()) {
          case BLOCK, LOOP, IF, TRY_TABLE -> depth++;
          case END -> depth--;
          default -> {}
        }
        if (i == index) {
          return depth == 0;
        }
      }
      return false;
    }
  }
}
