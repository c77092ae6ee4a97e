package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.Value;

/**
 * A tail call within an instance, on its way to where the function that makes it was called, which
 * calls the other in its place. Chicory 1.7.5 replaces the frame instead; that fails where a
 * function that has locals calls itself.
 */
final class InterpretedTailCall extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What is to be called. */
  final int function;

  final transient long[] args;

  InterpretedTailCall(int function, long[] args) {
    super(null, null, false, false);
    this.function = function;
    this.args = args;
  }

  /** What stands for a function that is not there, or is none of the instance's own. */
  static final int ELSEWHERE = -1;

  /**
   * The function that a tail call calls, with what names it taken from the stack; {@link
   * #ELSEWHERE}, and the stack as it was, if the interpreter is to execute the instruction.
   */
  static int target(Instruction call, MStack stack, Instance instance) {
    return switch (call.opcode()) {
      case RETURN_CALL -> (int) call.operand(0);
      case RETURN_CALL_REF -> taken((int) stack.peek(), stack);
      default -> {
        TableInstance table = instance.table((int) call.operand(1));
        int index = (int) stack.peek();
        boolean own =
            index >= 0
                && index < table.size()
                && (table.instance(index) == null || table.instance(index) == instance);
        yield own ? taken(table.ref(index), stack) : ELSEWHERE;
      }
    };
  }

  private static int taken(int function, MStack stack) {
    if (function == Value.REF_NULL_VALUE) {
      return ELSEWHERE;
    }
    stack.pop();
    return function;
  }
}
