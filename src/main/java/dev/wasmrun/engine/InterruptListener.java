package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.memory.Interruptions;

/**
 * Looks at the interrupt flag before each instruction that may lead interpreted code back to one
 * that it has executed, or that takes as long as an operand says.
 *
 * <p>Chicory's interpreter looks at calls and in {@code br} only, and knows no interrupt that does
 * not end the thread. It tells its listener of every instruction; compiled code has none, so that
 * this serves the functions of a compiled module that are interpreted, too.
 *
 * <p>And it mends what the interpreter gets wrong, see {@link InterpretedProduct}, {@link
 * InterpretedStore}, {@link InterpretedConversion}, {@link InterpretedTables}, {@link
 * InterpretedMemories}, {@link InterpretedTailCall} and {@link InterpretedExceptions}.
 *
 * <p>Without state; may be shared among threads.
 */
final class InterruptListener implements ExecutionListener {
  static final InterruptListener INSTANCE = new InterruptListener();

  private InterruptListener() {}

  @Override
  public void onExecution(Instruction instruction, MStack stack) {
    if (mayTakeLong(instruction.opcode())
        && Thread.currentThread().isInterrupted()
        && !Interruptions.served()) {
      throw new ChicoryInterruptedException("Thread interrupted");
    }
    switch (instruction.opcode()) {
      case I32_MUL -> InterpretedProduct.narrow(stack);
      case I32_STORE8, I64_STORE8, I64_STORE32 ->
          InterpretedStore.requireAddress(instruction, stack);
      case F32_CONVERT_I64_U -> InterpretedConversion.toFloat(stack);
      case F64_CONVERT_I64_U -> InterpretedConversion.toDouble(stack);
      case TABLE_FILL, TABLE_COPY, TABLE_INIT ->
          TracingInterpreter.executeRange(instruction, stack);
      case MEMORY_COPY -> TracingInterpreter.copyMemory(instruction, stack);
      case THROW, THROW_REF -> TracingInterpreter.raise(instruction, stack);
      case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF ->
          TracingInterpreter.callTail(instruction, stack);
      default -> {}
    }
  }

  private static boolean mayTakeLong(OpCode opcode) {
    return switch (opcode) {
      case BR,
          CALL,
          CALL_INDIRECT,
          CALL_REF,
          BR_IF,
          BR_TABLE,
          BR_ON_NULL,
          BR_ON_NON_NULL,
          BR_ON_CAST,
          BR_ON_CAST_FAIL,
          THROW,
          THROW_REF,
          RETURN_CALL,
          RETURN_CALL_INDIRECT,
          RETURN_CALL_REF,
          MEMORY_COPY,
          MEMORY_FILL,
          MEMORY_INIT,
          TABLE_COPY,
          TABLE_FILL,
          TABLE_GROW,
          TABLE_INIT ->
          true;
      default -> false;
    };
  }
}
