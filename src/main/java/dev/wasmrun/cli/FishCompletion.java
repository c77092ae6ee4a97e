package dev.wasmrun.cli;

import dev.wasmrun.cli.CompletedCommand.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;

/** Definitions by which fish completes command lines of this program. */
record FishCompletion(List<CompletedCommand> commands, List<String> otherWords) {
  private static final String MODULES = "(__fish_complete_suffix .wasm)";

  /** The script. */
  String script() {
    var lines = new ArrayList<String>();
    lines.add(
        "# Completes command lines of wasm-run in fish: put it into a directory of completions.");
    lines.add("complete -c wasm-run -f");
    for (CompletedCommand command : commands) {
      lines.add(line("__fish_use_subcommand", "-a " + command.name(), command.summary()));
      String when = condition(command);
      command.options().forEach(option -> lines.add(option(when, option)));
      lines.add(line(when, "-a " + quoted(words(command)), ""));
    }
    lines.add(line("__fish_use_subcommand", "-a " + quoted(String.join(" ", otherWords)), ""));
    return String.join("\n", lines) + "\n";
  }

  private static String words(CompletedCommand command) {
    String words = String.join(" ", command.words());
    return command.takesFiles() ? words + " " + MODULES : words;
  }

  /** A command line without another command is one that runs a module. */
  private String condition(CompletedCommand command) {
    String names =
        commands.stream()
            .map(CompletedCommand::name)
            .filter(name -> !name.equals(Commands.RUN))
            .collect(Collectors.joining(" "));
    return command.name().equals(Commands.RUN)
        ? "not __fish_seen_subcommand_from " + names
        : "__fish_seen_subcommand_from " + command.name();
  }

  private static String option(String when, OptionSpec option) {
    String name = "-l " + option.longestName().substring(2);
    String value =
        switch (Value.of(option)) {
          case NONE -> "";
          case ANY -> " -x";
          case CHOICE -> " -x -a " + quoted(String.join(" ", CompletedCommand.choices(option)));
          case FILE -> " -r -F";
          case DIRECTORY -> " -x -a '(__fish_complete_directories)'";
        };
    return line(when, name + value, CompletedCommand.description(option));
  }

  private static String line(String when, String what, String description) {
    return "complete -c wasm-run -n %s %s%s"
        .formatted(quoted(when), what, description.isEmpty() ? "" : " -d " + quoted(description));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
