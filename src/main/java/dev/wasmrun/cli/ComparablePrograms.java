package dev.wasmrun.cli;

import dev.wasmrun.module.Spelling;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Program;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** The user's choice among the programs that exist in Java too and whose result is no race. */
final class ComparablePrograms {
  private static final String PROGRAM = "PROGRAM";

  private final CommandSpec spec;
  private final Predicate<String> others;
  private final Setting<List<String>> names;

  /** Adds the choice to a command. */
  ComparablePrograms(CommandSpec spec) {
    this(spec, PROGRAM, "Which programs (default: all whose result is determined).", name -> false);
  }

  /**
   * Adds the choice to a command that takes other things, too.
   *
   * @param label what the usage message calls a program or another thing
   * @param others whether a name that is not a program's is one of another thing
   */
  ComparablePrograms(CommandSpec spec, String label, String description, Predicate<String> others) {
    this.spec = spec;
    this.others = name -> all().stream().noneMatch(e -> e.name().equals(name)) && others.test(name);
    names =
        Setting.arguments(
            spec, PositionalParamSpec.builder().paramLabel(label).description(description));
  }

  /**
   * The programs that the user names; all if nothing is named.
   *
   * @throws ParameterException if a name is neither one of a comparable program nor of another
   *     thing
   */
  List<Catalogue.Entry> chosen() {
    return names.get().isEmpty()
        ? all()
        : names.get().stream().filter(others.negate()).map(this::find).toList();
  }

  /** Whether the user names anything. */
  boolean areNamed() {
    return !names.get().isEmpty();
  }

  /** The other things that the user names. */
  List<String> others() {
    return names.get().stream().filter(others).toList();
  }

  private Catalogue.Entry find(String name) {
    return all().stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "no program '%s' to compare; %s".formatted(name, choices(name))));
  }

  private static List<Catalogue.Entry> all() {
    return Catalogue.entries().stream()
        .filter(entry -> entry.program().filter(Program::deterministic).isPresent())
        .toList();
  }

  private static String choices(String name) {
    List<String> names = all().stream().map(Catalogue.Entry::name).toList();
    return Spelling.closest(name, names)
        .map("did you mean %s?"::formatted)
        .orElse("there are " + String.join(", ", names));
  }
}
