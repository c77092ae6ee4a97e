package dev.wasmrun.convention.bindgen;

/** The error that a function of a library has returned: what its Rust has as {@code Err}. */
public final class BindgenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Object value;

  BindgenException(String function, Object value) {
    super("%s returned an error: %s".formatted(function, value));
    this.value = value;
  }

  /** The error itself, as {@link BindgenType#OBJECT} has values; null after serialization. */
  public Object value() {
    return value;
  }
}
