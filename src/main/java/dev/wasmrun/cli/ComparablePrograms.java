package dev.wasmrun.cli;

import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Program;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** The user's choice among the programs that exist in Java too and whose result is no race. */
final class ComparablePrograms {
  private final CommandSpec spec;
  private final Setting<List<String>> names;

  /** Adds the choice to a command. */
  ComparablePrograms(CommandSpec spec) {
    this.spec = spec;
    names =
        Setting.arguments(
            spec,
            PositionalParamSpec.builder()
                .paramLabel("PROGRAM")
                .description("Which programs (default: all whose result is determined)."));
  }

  /**
   * The programs that the user names; all if none is named.
   *
   * @throws ParameterException if a name is not one of a comparable program
   */
  List<Catalogue.Entry> chosen() {
    return names.get().isEmpty() ? all() : names.get().stream().map(this::find).toList();
  }

  private Catalogue.Entry find(String name) {
    return all().stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "no program '%s' to compare; there are %s".formatted(name, allNames())));
  }

  private static List<Catalogue.Entry> all() {
    return Catalogue.entries().stream()
        .filter(entry -> entry.program().filter(Program::deterministic).isPresent())
        .toList();
  }

  private static String allNames() {
    return all().stream().map(Catalogue.Entry::name).collect(Collectors.joining(", "));
  }
}
