package dev.wasmrun.cli;

import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.wasi.DirectoryGrant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command as a shell completes it, and as a manual describes it.
 *
 * @param name what is typed: {@code inspect}
 * @param spec its options and arguments
 */
record CompletedCommand(String name, CommandSpec spec) {
  /** What stands behind an option. */
  enum Value {
    /** Nothing: it is a flag. */
    NONE,
    /** Something that no shell can guess. */
    ANY,
    CHOICE,
    FILE,
    DIRECTORY;

    /** What stands behind this option. */
    static Value of(OptionSpec option) {
      if (option.arity().max() == 0) {
        return NONE;
      }
      if (List.of(option.auxiliaryTypes()).contains(DirectoryGrant.class)) {
        return DIRECTORY;
      }
      if (option.type() == Path.class) {
        return FILE;
      }
      return option.completionCandidates() == null ? ANY : CHOICE;
    }
  }

  /** What the option's value is one of. */
  static List<String> choices(OptionSpec option) {
    var choices = new ArrayList<String>();
    option.completionCandidates().forEach(choices::add);
    return choices;
  }

  /** Its options. */
  List<OptionSpec> options() {
    return spec.options();
  }

  /** Whether its argument may be the file of a module. */
  boolean takesFiles() {
    return labels().anyMatch(label -> label.equals("MODULE") || label.contains("FILE"));
  }

  /** The words that its arguments may be, other than names of files. */
  List<String> words() {
    if (labels().anyMatch("MODULE"::equals)) {
      return Catalogue.entries().stream().flatMap(entry -> entry.allModules().stream()).toList();
    }
    if (labels().anyMatch("SHELL"::equals)) {
      return CompletionCommand.SHELLS;
    }
    return Catalogue.entries().stream().map(Catalogue.Entry::name).toList();
  }

  private Stream<String> labels() {
    return spec.positionalParameters().stream().map(ArgSpec::paramLabel);
  }

  /** What the command does, in a line. */
  String summary() {
    String[] description = spec.usageMessage().description();
    return description.length == 0
        ? "Runs a module on Java threads."
        : plain(description[0], "").replaceAll("[,:]$", "");
  }

  /** The whole description of an option, in a line. */
  static String description(ArgSpec arg) {
    return plain(String.join(" ", arg.description()), String.valueOf(arg.defaultValue()));
  }

  /** A text without what picocli replaces in it. */
  static String plain(String text, String defaultValue) {
    return text.replace("${DEFAULT-VALUE}", defaultValue).replace("%%", "%").replace("%n", " ");
  }
}
