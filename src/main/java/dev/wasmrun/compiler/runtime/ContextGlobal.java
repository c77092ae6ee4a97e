package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;

/** A global whose value is in a field of the {@link Context}, where generated code has it. */
final class ContextGlobal extends GlobalInstance {
  private final int index;
  private final long initial;
  private final long initialHigh; // of a vector

  /** Set by the runtime before anybody uses the global. */
  private Context context;

  ContextGlobal(
      int index, long initial, long initialHigh, ValType type, MutabilityType mutability) {
    super(initial, initialHigh, type, mutability);
    this.index = index;
    this.initial = initial;
    this.initialHigh = initialHigh;
  }

  /** Told by the runtime whose global this is: now there is a field for it. */
  @Override
  public void setInstance(Instance instance) {
    super.setInstance(instance);
    context = ((CompiledMachine) instance.getMachine()).context();
    context.setGlobal(index, initial);
    if (isVector()) {
      context.setGlobalHigh(index, initialHigh);
    }
  }

  private boolean isVector() {
    return getType().equals(ValType.V128);
  }

  @Override
  public long getValue() {
    return context == null ? initial : context.global(index);
  }

  @Override
  public long getValueLow() {
    return getValue();
  }

  @Override
  public long getValueHigh() {
    return context == null || !isVector() ? initialHigh : context.globalHigh(index);
  }

  @Override
  public void setValueHigh(long value) {
    if (isVector()) {
      context.setGlobalHigh(index, value);
    }
  }

  @Override
  public void setValue(long value) {
    context.setGlobal(index, value);
  }

  @Override
  public void setValueLow(long value) {
    setValue(value);
  }

  @Override
  public void setValue(Value value) {
    setValue(value.raw());
  }
}
