package dev.wasmrun.spark;

/** An exported function of numbers. Immutable. */
final class NumberBody implements ScalarFunction.Body {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final String export;

  NumberBody(String name, String export) {
    this.name = name;
    this.export = export;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ScalarFunction.Calls on(TaskGuest guest) {
    return guest.numbers(export);
  }
}
