package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.runtime.StackFrame;
import com.dylibso.chicory.wasm.types.FunctionType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Chicory's interpreter with a record of which guest functions are active.
 *
 * <p>Interpreted calls leave no Java frame that names the function, and the interpreter's own
 * frames do not tell theirs.
 *
 * <p>Used by one thread at a time, as every machine is.
 */
final class TracingInterpreter extends InterpreterMachine {
  private int[] active = new int[64];
  private int depth;
  private Throwable failure;
  private List<Integer> activeAtFailure = List.of();

  TracingInterpreter(Instance instance) {
    super(instance);
  }

  @Override
  protected long[] call(
      MStack stack,
      Instance instance,
      Deque<StackFrame> callStack,
      int function,
      long[] args,
      FunctionType callType,
      boolean popResults) {
    enter(function);
    try {
      return super.call(stack, instance, callStack, function, args, callType, popResults);
    } catch (RuntimeException e) {
      if (failure != e) { // else an inner call has recorded it already
        failure = e;
        activeAtFailure = innermostFirst();
      }
      throw e;
    } finally {
      depth--;
    }
  }

  /** Indices of the functions active when {@code thrown} was raised, innermost first. */
  List<Integer> activeAt(Throwable thrown) {
    return thrown == failure ? activeAtFailure : innermostFirst();
  }

  private void enter(int function) {
    if (depth == active.length) {
      active = Arrays.copyOf(active, depth * 2);
    }
    active[depth++] = function;
  }

  private List<Integer> innermostFirst() {
    var functions = new ArrayList<Integer>(depth);
    for (int i = depth - 1; i >= 0; i--) {
      functions.add(active[i]);
    }
    return functions;
  }
}
