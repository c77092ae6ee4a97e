package dev.wasmrun.cli;

import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.module.TextModule;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The argument that names a module. */
final class ModuleArgument {
  /** Stands for standard input. */
  private static final String INPUT = "-";

  private static final String NAME_OF_INPUT = "stdin";

  private final Setting<String> module;

  /** Adds the argument to a command. */
  ModuleArgument(CommandSpec spec) {
    module =
        Setting.argument(
            spec,
            PositionalParamSpec.builder()
                .index("0")
                .paramLabel("MODULE")
                .arity("1")
                .required(true)
                .description("A file, a bundled module, or - for standard input."));
  }

  /** What the user has written. */
  String get() {
    return module.get();
  }

  /** Whether it looks like an option that there is not. */
  boolean looksLikeOption() {
    return get().startsWith("-") && !get().equals(INPUT);
  }

  /**
   * The bytes that {@link #load} loads, for another process.
   *
   * @throws ModuleException if they cannot be read
   * @throws UsageException if they have been read from standard input
   */
  byte[] bytes() {
    if (get().equals(INPUT)) {
      throw new UsageException("a module from standard input cannot be divided; name its file");
    }
    return GuestModule.bytesOf(get());
  }

  /**
   * Loads the module.
   *
   * @throws ModuleException if it cannot be
   */
  GuestModule load() {
    return get().equals(INPUT)
        ? TextModule.load(NAME_OF_INPUT, System.in)
        : GuestModule.load(get());
  }
}
