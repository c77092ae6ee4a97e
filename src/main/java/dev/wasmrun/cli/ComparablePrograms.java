package dev.wasmrun.cli;

import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Program;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The programs that have a Java implementation and whose result is no race. */
final class ComparablePrograms {
  private ComparablePrograms() {}

  /**
   * The programs of these names; all if there are none.
   *
   * @throws ParameterException if a name is not one of a comparable program
   */
  static List<Catalogue.Entry> named(List<String> names, CommandSpec spec) {
    return names.isEmpty() ? all() : names.stream().map(name -> find(name, spec)).toList();
  }

  private static Catalogue.Entry find(String name, CommandSpec spec) {
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
