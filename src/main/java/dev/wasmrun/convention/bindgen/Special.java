package dev.wasmrun.convention.bindgen;

/** Values of JavaScript that Java has no form of, as far as guests ask for them. */
enum Special {
  UNDEFINED("undefined"),
  NULL("null"),
  /** The object that has everything else. */
  GLOBAL("[object global]"),
  MEMORY("[object WebAssembly.Memory]"),
  MODULE("[object WebAssembly.Module]"),
  CRYPTO("[object Crypto]"),
  PERFORMANCE("[object Performance]"),
  /** A function that returns the global object. */
  RETURN_THIS("function anonymous() { return this }"),
  /** A promise that is kept when the call of the guest has returned. */
  PROMISE("[object Promise]");

  private final String text;

  Special(String text) {
    this.text = text;
  }

  /** As {@code String(value)} writes it. */
  @Override
  public String toString() {
    return text;
  }
}
