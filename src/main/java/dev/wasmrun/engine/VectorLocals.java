package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.ExecutionListener;
import com.dylibso.chicory.runtime.MStack;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Local variables of vectors in interpreted code. Chicory 1.7.5 stores the upper half of a vector
 * where local.get finds the lower one.
 *
 * <p>So before local.set the halves change places. Before local.tee they are pushed once more, in
 * the other order, for the instruction to store; the next instruction finds what is left of them,
 * and drops it first.
 *
 * <p>Belongs to one instance, which one thread uses at a time.
 */
final class VectorLocals implements ExecutionListener {
  private final Set<Long> stores;
  private final ExecutionListener next;
  private boolean copied;

  private VectorLocals(Set<Long> stores, ExecutionListener next) {
    this.stores = stores;
    this.next = next;
  }

  /**
   * What an instance is to be told of its instructions.
   *
   * @param next who is told, too
   */
  static ExecutionListener before(ExecutionListener next, WasmModule module) {
    var stores = new HashSet<Long>();
    for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
      FunctionBody body = module.codeSection().getFunctionBody(i);
      List<ValType> params =
          module.typeSection().getType(module.functionSection().getFunctionType(i)).params();
      if (params.contains(ValType.V128) || body.localTypes().contains(ValType.V128)) {
        var locals = new ArrayList<>(params);
        locals.addAll(body.localTypes());
        body.instructions().stream()
            .filter(instruction -> storesVector(instruction, locals))
            .forEach(instruction -> stores.add(key(instruction)));
      }
    }
    return stores.isEmpty() ? next : new VectorLocals(stores, next);
  }

  private static boolean storesVector(AnnotatedInstruction instruction, List<ValType> locals) {
    return stores(instruction.opcode())
        && locals.get((int) instruction.operand(0)).equals(ValType.V128);
  }

  private static boolean stores(OpCode opcode) {
    return opcode == OpCode.LOCAL_SET || opcode == OpCode.LOCAL_TEE;
  }

  /** Of what one instruction of the module has become, several may be at its address. */
  private static long key(Instruction instruction) {
    long variable = instruction.operand(0);
    return (long) instruction.address() << Integer.SIZE | variable;
  }

  @Override
  public void onExecution(Instruction instruction, MStack stack) {
    if (copied) {
      copied = false;
      stack.pop();
      stack.pop();
    }
    next.onExecution(instruction, stack);
    if (stores(instruction.opcode()) && stores.contains(key(instruction))) {
      long high = stack.pop();
      long low = stack.pop();
      if (instruction.opcode() == OpCode.LOCAL_TEE) {
        stack.push(low);
        stack.push(high);
        copied = true;
      }
      stack.push(high);
      stack.push(low);
    }
  }
}
