package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.runtime.OpcodeImpl;
import com.dylibso.chicory.wasm.types.Instruction;
import dev.wasmrun.compiler.runtime.Tables;

/**
 * Ranges of tables in interpreted code. Chicory 1.7.5 adds index and length of table.fill,
 * table.copy and table.init with signs, and lets some pass that lie outside; it has table.copy take
 * for each element the instance of the element that is at its new index in the old table; and none
 * of them can be interrupted.
 */
final class InterpretedTables {
  private InterpretedTables() {}

  /**
   * Before the instruction: does what it says, which leaves nothing for it to do.
   *
   * @param stack with the length on top
   */
  static void execute(Instruction range, MStack stack, Instance instance) {
    int length = operand(stack, 0);
    int second = operand(stack, 1);
    int to = operand(stack, 2);
    int first = (int) range.operand(0);
    switch (range.opcode()) {
      case TABLE_FILL -> {
        Tables.require(to, length, instance.table(first).size());
        int reference = OpcodeImpl.boxForTable(stack.array()[stack.size() - 2], instance);
        Tables.fill(to, reference, length, instance.table(first), instance);
      }
      case TABLE_COPY -> {
        var source = instance.table((int) range.operand(1));
        Tables.copy(to, second, length, instance.table(first), source);
      }
      default ->
          Tables.init(to, second, length, first, instance.table((int) range.operand(1)), instance);
    }
    stack.array()[stack.size() - 1] = 0;
  }

  private static int operand(MStack stack, int below) {
    return (int) stack.array()[stack.size() - 1 - below];
  }
}
