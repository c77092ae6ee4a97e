package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which functions of a module may wait for another thread, as far as their code shows: those with
 * an atomic wait, those with a read-modify-write in a loop, and those that call one of them
 * directly.
 *
 * <p>A lock's code is one of these and an attempt's is not, whatever either is called: an attempt
 * that fails returns. Immutable.
 */
public final class WaitingFunctions {
  private final Set<Integer> waiting = new HashSet<>();

  /** For each function, those that it calls in a loop. */
  private final Map<Integer, Set<Integer>> repeated = new HashMap<>();

  /** For each function, those that call it. */
  private final Map<Integer, List<Integer>> callers = new HashMap<>();

  private WaitingFunctions() {}

  /**
   * Reads a module's code.
   *
   * @param module as it was parsed
   */
  static WaitingFunctions of(WasmModule module) {
    var functions = new WaitingFunctions();
    int index = module.importSection().count(ExternalType.FUNCTION);
    for (FunctionBody body : module.codeSection().functionBodies()) {
      functions.read(index++, body.instructions());
    }
    functions.spread();
    return functions;
  }

  /** Whether a function, or one that it calls directly, may wait for another thread. */
  public boolean waits(int function) {
    return waiting.contains(function);
  }

  /** Whether a function calls another in a loop. */
  public boolean repeats(int function, int called) {
    return repeated.getOrDefault(function, Set.of()).contains(called);
  }

  private void read(int function, List<AnnotatedInstruction> code) {
    Deque<OpCode> scopes = new ArrayDeque<>();
    int loops = 0;
    for (AnnotatedInstruction instruction : code) {
      OpCode opcode = instruction.opcode();
      switch (opcode) {
        case BLOCK, LOOP, IF, TRY_TABLE -> {
          scopes.push(opcode);
          loops += opcode == OpCode.LOOP ? 1 : 0;
        }
        case END -> loops -= scopes.poll() == OpCode.LOOP ? 1 : 0;
        case CALL, RETURN_CALL -> call(function, (int) instruction.operand(0), loops > 0);
        default -> {
          if (opcode.name().contains("ATOMIC_WAIT") || loops > 0 && isUpdate(opcode)) {
            waiting.add(function);
          }
        }
      }
    }
  }

  private void call(int caller, int called, boolean inLoop) {
    callers.computeIfAbsent(called, first -> new ArrayList<>()).add(caller);
    if (inLoop) {
      repeated.computeIfAbsent(caller, first -> new HashSet<>()).add(called);
    }
  }

  private static boolean isUpdate(OpCode opcode) {
    return opcode.name().contains("ATOMIC_RMW");
  }

  /** Makes whoever calls one that waits one that waits. */
  private void spread() {
    Deque<Integer> left = new ArrayDeque<>(waiting);
    while (!left.isEmpty()) {
      for (int caller : callers.getOrDefault(left.pop(), List.of())) {
        if (waiting.add(caller)) {
          left.push(caller);
        }
      }
    }
  }
}
