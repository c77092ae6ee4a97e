package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a module's code tells of waits without a timeout that it cuts into slices with one, as
 * Emscripten's library does so that a thread can look for a cancellation, or the main thread for
 * work, between two slices.
 *
 * <p>Functions are told apart by their code, as many modules have no names. Where the code is not
 * as expected nothing is claimed.
 */
public final class SlicedWaits {
  /*
   * A function F waits as it is told by its caller, and answers -73 if the time is up. A caller that
   * slices has a loop around its call of F, which it leaves when F answers anything else.
   *
   * If the loop writes nothing (no local, no global, no memory) and calls nothing but F, then what it
   * does next depends on F's answer and the memory alone. So with the same answer and the same memory
   * it waits again, for ever.
   *
   * The other kind of loop looks at the clock. There the remaining time tells, see RemainingTime.
   */
  private static final long MINUS_ETIMEDOUT = -73;

  /** What there must be around a timed-out wait, in this order, at the end of the loop. */
  private static final int CALL_TO_BRANCH = 3;

  private final WasmModule module;
  private final Set<Integer> measuring;
  private final OptionalInt remaining;

  private SlicedWaits(WasmModule module) {
    this.module = module;
    this.measuring = RemainingTime.computedBy(module);
    this.remaining =
        measuring.isEmpty() ? OptionalInt.empty() : OptionalInt.of(RemainingTime.global(module));
  }

  /**
   * Reads a module's code.
   *
   * @param module as it was parsed
   */
  static SlicedWaits of(WasmModule module) {
    return new SlicedWaits(module);
  }

  /**
   * Index of the global in which an instance keeps how long it last found that it may still wait:
   * an f64, in milliseconds. Empty if the module computes no such time.
   */
  public OptionalInt remainingTimeGlobal() {
    return remaining;
  }

  /** Whether a function computes before a wait how long it may still wait. */
  public boolean measures(int function) {
    return measuring.contains(function);
  }

  /**
   * Whether a function whose wait with a timeout has timed out is called again at once, and for
   * ever as long as nothing in the memory changes.
   *
   * @param waiting index of the function that waits
   * @param caller index of the function that has called it
   */
  public boolean repeatsForEver(int waiting, int caller) {
    int imported = module.importSection().count(ExternalType.FUNCTION);
    if (caller < imported || caller - imported >= module.codeSection().functionBodyCount()) {
      return false;
    }
    var code = module.codeSection().getFunctionBody(caller - imported).instructions();
    Deque<Integer> loops = new ArrayDeque<>();
    Deque<Boolean> scopes = new ArrayDeque<>();
    boolean found = false;
    for (int at = 0; at < code.size(); at++) {
      OpCode opcode = code.get(at).opcode();
      if (opensScope(opcode)) {
        scopes.push(opcode == OpCode.LOOP);
        if (opcode == OpCode.LOOP) {
          loops.push(at);
        }
      } else if (opcode == OpCode.END && !scopes.isEmpty()) {
        if (scopes.pop()) {
          loops.pop();
        }
      } else if (isCall(code.get(at), waiting) && !isWithoutTimeout(code, at)) {
        if (loops.isEmpty() || !isStatelessLoop(code, loops.peek(), at, waiting)) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  private static boolean opensScope(OpCode opcode) {
    return switch (opcode) {
      case BLOCK, LOOP, IF, TRY_TABLE -> true;
      default -> false;
    };
  }

  private static boolean isCall(AnnotatedInstruction instruction, int function) {
    return instruction.opcode() == OpCode.CALL && instruction.operand(0) == function;
  }

  /** Whether the last argument of a call is literally infinite. */
  private static boolean isWithoutTimeout(List<AnnotatedInstruction> code, int call) {
    return call > 0
        && code.get(call - 1).opcode() == OpCode.F64_CONST
        && code.get(call - 1).operand(0) == Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);
  }

  private static boolean isStatelessLoop(
      List<AnnotatedInstruction> code, int loop, int call, int waiting) {
    int branch = call + CALL_TO_BRANCH;
    boolean returns =
        branch < code.size()
            && code.get(call + 1).opcode() == OpCode.I32_CONST
            && (int) code.get(call + 1).operand(0) == MINUS_ETIMEDOUT
            && code.get(call + 2).opcode() == OpCode.I32_EQ
            && code.get(branch).opcode() == OpCode.BR_IF
            && (code.get(branch).labelTrue() == loop || code.get(branch).labelTrue() == loop + 1);
    return returns
        && code.subList(loop, branch).stream()
            .allMatch(each -> writesNothing(each.opcode()) || isCall(each, waiting));
  }

  private static boolean writesNothing(OpCode opcode) {
    return switch (opcode) {
      case LOOP, BLOCK, IF, ELSE, END, BR, BR_IF, BR_TABLE, RETURN -> true;
      case LOCAL_GET, GLOBAL_GET, SELECT, SELECT_T, DROP -> true;
      default -> {
        String name = opcode.name();
        yield name.matches("[IF](32|64)_.*") && !name.contains("STORE") && !name.contains("RMW");
      }
    };
  }
}
