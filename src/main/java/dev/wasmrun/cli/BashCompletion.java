package dev.wasmrun.cli;

import dev.wasmrun.cli.CompletedCommand.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;

/** A script by which bash completes command lines of this program. */
record BashCompletion(List<CompletedCommand> commands, List<String> otherWords) {
  private static final String SCRIPT =
      """
      # Completes command lines of wasm-run in bash: source it, or put it where bash-completion looks.
      _wasm_run() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=run
        case ${COMP_WORDS[1]} in
          %s) ((COMP_CWORD == 1)) || command=${COMP_WORDS[1]} ;;
        esac
        COMPREPLY=()
        case $command$before in
      %s  esac
        local options words files
        case $command in
      %s  esac
        if [[ $word == -* ]]; then
          COMPREPLY=($(compgen -W "$options" -- "$word"))
          return
        fi
        if ((COMP_CWORD == 1)); then
          words="$words %s"
        fi
        COMPREPLY=($(compgen -W "$words" -- "$word"))
        if [[ -n $files ]]; then
          COMPREPLY+=($(compgen -f -X '!*.wa[st]*' -- "$word") $(compgen -d -- "$word"))
          compopt -o filenames 2>/dev/null
        fi
      }
      complete -F _wasm_run wasm-run
      """;

  /** The script. */
  String script() {
    List<String> names = commands.stream().map(CompletedCommand::name).toList();
    var first = new ArrayList<>(names);
    first.addAll(otherWords);
    return SCRIPT.formatted(
        String.join(" | ", names),
        commands.stream().map(BashCompletion::values).collect(Collectors.joining()),
        commands.stream().map(BashCompletion::words).collect(Collectors.joining()),
        String.join(" ", first));
  }

  private static String values(CompletedCommand command) {
    return command.options().stream()
        .filter(option -> Value.of(option) != Value.NONE)
        .map(
            option ->
                "    %s%s) %sreturn ;;\n"
                    .formatted(command.name(), option.longestName(), completion(option)))
        .collect(Collectors.joining());
  }

  private static String completion(OptionSpec option) {
    return switch (Value.of(option)) {
      case CHOICE ->
          "COMPREPLY=($(compgen -W '%s' -- \"$word\")); "
              .formatted(String.join(" ", CompletedCommand.choices(option)));
      case FILE -> "COMPREPLY=($(compgen -f -- \"$word\")); ";
      case DIRECTORY -> "COMPREPLY=($(compgen -d -- \"$word\")); ";
      case NONE, ANY -> "";
    };
  }

  private static String words(CompletedCommand command) {
    String options =
        command.options().stream()
            .flatMap(option -> Arrays.stream(option.names()))
            .collect(Collectors.joining(" "));
    return "    %s)\n      options='%s'\n      words='%s'%s\n      ;;\n"
        .formatted(
            command.name(),
            options,
            String.join(" ", command.words()),
            command.takesFiles() ? "\n      files=1" : "");
  }
}
