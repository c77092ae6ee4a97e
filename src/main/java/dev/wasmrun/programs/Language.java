package dev.wasmrun.programs;

/** A language from which a bundled module has been built. */
public enum Language {
  /** AssemblyScript, compiled by asc. */
  ASSEMBLYSCRIPT("AssemblyScript"),
  /** C, compiled by Emscripten. */
  C("C"),
  /** WebAssembly's own text format. */
  WAT("WAT");

  private final String label;

  Language(String label) {
    this.label = label;
  }

  /** The language's name as people write it. */
  public String label() {
    return label;
  }
}
