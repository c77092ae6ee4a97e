package dev.wasmrun.module;

import com.dylibso.chicory.wasm.types.FunctionType;
import java.util.List;
import java.util.stream.Collectors;

/** The parameter and result types of a function, in order. */
public record Signature(List<ValueType> params, List<ValueType> results) {
  public Signature {
    params = List.copyOf(params);
    results = List.copyOf(results);
  }

  static Signature of(FunctionType type) {
    return new Signature(
        type.params().stream().map(ValueType::of).toList(),
        type.returns().stream().map(ValueType::of).toList());
  }

  // A record's own equals and hashCode are made of method handles when they are first called, which
  // takes longer than all else that linking a small module does.

  @Override
  public boolean equals(Object other) {
    return other instanceof Signature that
        && params.equals(that.params)
        && results.equals(that.results);
  }

  @Override
  public int hashCode() {
    return 31 * params.hashCode() + results.hashCode();
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
