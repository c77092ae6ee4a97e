package dev.wasmrun.spark;

import dev.wasmrun.guest.GuestFunction;
import dev.wasmrun.module.ValueType;
import java.util.List;

/** An exported function of numbers. Immutable. */
final class NumberBody implements ScalarFunction.Body {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final String export;
  private final ValueType[] parameters;
  private final ValueType returned;

  NumberBody(String name, String export, List<ValueType> parameters, ValueType returned) {
    this.name = name;
    this.export = export;
    this.parameters = parameters.toArray(ValueType[]::new);
    this.returned = returned;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ScalarFunction.Calls on(TaskGuest guest) {
    GuestFunction function = guest.guest().function(export);
    return values -> Numbers.value(returned, function.call(Numbers.bits(parameters, values))[0]);
  }
}
