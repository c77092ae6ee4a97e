package dev.wasmrun.module;

import com.dylibso.chicory.wasm.types.FunctionType;
import java.util.List;
import java.util.stream.Collectors;

/** The parameter and result types of a function, in order. */
public record Signature(List<ValueType> params, List<ValueType> results) {
  /** Copies the types. */
  public Signature {
    params = List.copyOf(params);
    results = List.copyOf(results);
  }

  static Signature of(FunctionType type) {
    return new Signature(
        type.params().stream().map(ValueType::of).toList(),
        type.returns().stream().map(ValueType::of).toList());
  }

  /** The form {@code (i32, i64) -> (i32)}. */
  @Override
  public String toString() {
    return list(params) + " -> " + list(results);
  }

  private static String list(List<ValueType> types) {
    return types.stream().map(ValueType::toString).collect(Collectors.joining(", ", "(", ")"));
  }
}
