package dev.wasmrun.cli;

import dev.wasmrun.cli.CompletedCommand.Value;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;

/** A function by which zsh completes command lines of this program. */
record ZshCompletion(List<CompletedCommand> commands, List<String> otherWords) {
  private static final String SCRIPT =
      """
      #compdef wasm-run
      # Completes command lines of wasm-run in zsh: put it, as _wasm-run, into a directory of $fpath.
      _wasm-run() {
        local command=run
        local -a first=(%s)
        if ((CURRENT > 2)) && [[ " %s " == *" $words[2] "* ]]; then
          command=$words[2]
          shift words
          ((CURRENT--))
        elif ((CURRENT == 2)); then
          _describe command first
        fi
        case $command in
      %s  esac
      }
      _wasm-run "$@"
      """;

  /** The script. */
  String script() {
    String names = commands.stream().map(CompletedCommand::name).collect(Collectors.joining(" "));
    String first =
        commands.stream()
            .map(command -> quoted(command.name() + ":" + command.summary().replace(":", "\\:")))
            .collect(Collectors.joining(" "));
    return SCRIPT.formatted(
        first + " " + String.join(" ", otherWords),
        names,
        commands.stream().map(ZshCompletion::arguments).collect(Collectors.joining()));
  }

  private static String arguments(CompletedCommand command) {
    return "    %s)\n      _arguments %s\\\n        %s\n      ;;\n"
        .formatted(
            command.name(),
            command.options().stream()
                .map(option -> "\\\n        " + quoted(option(option)) + " ")
                .collect(Collectors.joining()),
            quoted(rest(command)));
  }

  private static String option(OptionSpec option) {
    String told = CompletedCommand.description(option).replaceAll("([\\[\\]:\\\\])", "\\\\$1");
    String beginning = "*%s[%s]".formatted(option.longestName(), told);
    return switch (Value.of(option)) {
      case NONE -> beginning;
      case ANY -> beginning + ":value:";
      case CHOICE ->
          beginning + ":value:(%s)".formatted(String.join(" ", CompletedCommand.choices(option)));
      case FILE -> beginning + ":file:_files";
      case DIRECTORY -> beginning + ":directory:_files -/";
    };
  }

  private static String rest(CompletedCommand command) {
    return "*:argument:{compadd -- %s%s}"
        .formatted(
            String.join(" ", command.words()),
            command.takesFiles() ? "; _files -g \"*.wa[st]*\"" : "");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
