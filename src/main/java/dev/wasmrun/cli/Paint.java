package dev.wasmrun.cli;

/** A colour on a terminal, for what readers of an error look for first. */
enum Paint {
  /** What failed. */
  FAILURE("1;31"),
  /** In which thread. */
  THREAD("1;36"),
  /** What that had called. */
  FUNCTION("33");

  private final String code;

  Paint(String code) {
    this.code = code;
  }

  /** The text in this colour. */
  String on(String text) {
    return "\033[%sm%s\033[0m".formatted(code, text);
  }
}
