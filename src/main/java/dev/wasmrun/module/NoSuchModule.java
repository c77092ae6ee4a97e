package dev.wasmrun.module;

/** A name that is neither a file's nor a bundled module's. */
public final class NoSuchModule extends ModuleException {
  private static final long serialVersionUID = 1L;

  private final String name;

  NoSuchModule(String name) {
    super(
        "cannot read %s: no such file, and no bundled module of that name (see `wasm-run list`)"
            .formatted(name));
    this.name = name;
  }

  /** What was looked for. */
  public String name() {
    return name;
  }
}
