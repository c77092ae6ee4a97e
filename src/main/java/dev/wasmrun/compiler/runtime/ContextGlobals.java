package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.GlobalFactory;
import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmrun.compiler.code.ModuleTypes;

/** Makes the globals of one instance, whose own ones the runtime asks for in order. */
public final class ContextGlobals implements GlobalFactory {
  private final ModuleTypes types;
  private int next;

  /** Of an instance of a module. */
  public ContextGlobals(ModuleTypes types) {
    this.types = types;
    this.next = types.importedGlobals();
  }

  @Override
  public GlobalInstance create(long low, long high, ValType type, MutabilityType mutability) {
    int index = next++;
    return Context.hasField(types, index)
        ? new ContextGlobal(index, low, high, type, mutability)
        : new GlobalInstance(low, high, type, mutability);
  }
}
