package dev.wasmrun.cli;

import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.module.TextModule;
import java.io.File;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The argument that names a module. */
final class ModuleArgument {
  /** Stands for standard input. */
  private static final String INPUT = "-";

  private static final String NAME_OF_INPUT = "stdin";

  private final Setting<String> module;
  private final Setting<Path> names;

  /** Adds the argument to a command, and the option that belongs to it. */
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
    names =
        Setting.option(
            spec,
            Path.class,
            Path::of,
            Setting.option(
                    "--names",
                    "Where the names are that Emscripten has minified: the module's JavaScript",
                    "or a map (default: the .js file beside it).")
                .paramLabel("FILE"));
  }

  /** What the user has written. */
  String get() {
    return module.get();
  }

  /** What messages call the module. */
  String name() {
    return get().equals(INPUT) ? NAME_OF_INPUT : new File(get()).getName();
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
    if (get().equals(INPUT)) {
      return TextModule.load(NAME_OF_INPUT, System.in);
    }
    return names.present() ? GuestModule.load(get(), names.get()) : GuestModule.load(get());
  }
}
