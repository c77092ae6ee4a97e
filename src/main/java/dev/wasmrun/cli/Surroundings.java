package dev.wasmrun.cli;

import dev.wasmrun.wasi.DirectoryGrant;
import dev.wasmrun.wasi.WasiOptions;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.TypeConversionException;

/** The options that say what a guest sees of the outside. */
final class Surroundings {
  /** Programs that choose their number of threads themselves find the user's wish here. */
  private static final String THREADS = "WASM_RUN_THREADS";

  private final Setting<List<DirectoryGrant>> directories;
  private final Setting<List<Variable>> variables;

  /** An environment variable of the guest. */
  private record Variable(String name, String value) {}

  /** Adds the options to a command. */
  Surroundings(CommandSpec spec) {
    directories =
        directories(spec, "Let the guest use this directory, by the name GUEST. Repeatable.");
    variables =
        Setting.list(
            spec,
            Variable.class,
            Surroundings::variable,
            Setting.option(
                    "--env", "Set a variable for the guest; without VALUE, to ours. Repeatable.")
                .paramLabel("NAME[=VALUE]"));
  }

  /** Adds the option of directories to a command. */
  static Setting<List<DirectoryGrant>> directories(CommandSpec spec, String... description) {
    return Setting.list(
        spec,
        DirectoryGrant.class,
        Surroundings::grant,
        Setting.option("--dir", description).paramLabel("HOST[::GUEST]"));
  }

  /**
   * What the guest is to get.
   *
   * @param name the guest's name, the first of its arguments
   * @param threads told to the guest in its environment, if above 0
   */
  WasiOptions options(String name, List<String> args, int threads, Console console, Output output) {
    var all = new ArrayList<String>();
    all.add(name);
    all.addAll(args);
    Map<String, String> environment = new LinkedHashMap<>();
    if (threads > 0) {
      environment.put(THREADS, Integer.toString(threads));
    }
    variables.get().forEach(variable -> environment.put(variable.name(), variable.value()));
    return new WasiOptions(
        all, environment, System.in, output.standardOutput(), console.err(), directories.get());
  }

  /** The first of the directories that the guest may use, if any. */
  Optional<DirectoryGrant> grant() {
    return directories.get().stream().findFirst();
  }

  /** The variables that the user has set for the guest. */
  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    variables.get().forEach(variable -> environment.put(variable.name(), variable.value()));
    return environment;
  }

  private static DirectoryGrant grant(String text) {
    try {
      DirectoryGrant grant = DirectoryGrant.parse(text);
      if (!Files.isDirectory(grant.host())) {
        throw new TypeConversionException(
            "'%s' is no directory%s"
                .formatted(grant.host(), Files.exists(grant.host()) ? "" : ": it does not exist"));
      }
      return grant;
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  private static Variable variable(String text) {
    int at = text.indexOf('=');
    String name = at < 0 ? text : text.substring(0, at);
    String value = at < 0 ? System.getenv(name) : text.substring(at + 1);
    if (name.isEmpty()) {
      throw new TypeConversionException("'%s' names no variable".formatted(text));
    }
    if (value == null) {
      throw new TypeConversionException(
          "%s is not set here; give it a value as %s=VALUE".formatted(name, name));
    }
    return new Variable(name, value);
  }
}
