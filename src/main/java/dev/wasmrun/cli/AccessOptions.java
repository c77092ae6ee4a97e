package dev.wasmrun.cli;

import dev.wasmrun.run.RunConfigBuilder;
import dev.wasmrun.wasi.DirectoryGrant;
import java.nio.file.Files;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.TypeConversionException;

/** The options that say what a guest sees of the outside. */
final class AccessOptions {
  private final Setting<List<DirectoryGrant>> directories;
  private final Setting<List<Variable>> variables;

  /** An environment variable of the guest. */
  private record Variable(String name, String value) {}

  /** Adds the options to a command. */
  AccessOptions(CommandSpec spec) {
    directories =
        directories(spec, "Let the guest use this directory, by the name GUEST. Repeatable.");
    variables =
        Setting.list(
            spec,
            Variable.class,
            AccessOptions::variable,
            Setting.option(
                    "--env", "Set a variable for the guest; without VALUE, to ours. Repeatable.")
                .paramLabel("NAME[=VALUE]"));
  }

  /** Adds the option of directories to a command. */
  static Setting<List<DirectoryGrant>> directories(CommandSpec spec, String... description) {
    return Setting.list(
        spec,
        DirectoryGrant.class,
        AccessOptions::grant,
        Setting.option("--dir", description).paramLabel("HOST[::GUEST]"));
  }

  /** Describes them. */
  void describe(RunConfigBuilder config) {
    directories.get().forEach(config::directory);
    describeVariables(config);
  }

  /** Describes them for a run that leaves everything as it finds it. */
  void describeForReading(RunConfigBuilder config) {
    directories.get().forEach(grant -> config.directory(grant.forReading()));
    describeVariables(config);
  }

  private void describeVariables(RunConfigBuilder config) {
    variables.get().forEach(variable -> config.environment(variable.name(), variable.value()));
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
