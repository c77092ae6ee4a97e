package dev.wasmrun.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The manual page of this program, in the language of troff. */
record ManPage(List<CompletedCommand> commands) {
  /** The page. */
  String text() {
    var lines = new ArrayList<String>();
    lines.add(".TH WASM-RUN 1");
    lines.add(".SH NAME");
    lines.add("wasm-run \\- multi-threaded WebAssembly host for the JVM");
    lines.add(".SH SYNOPSIS");
    for (CompletedCommand command : commands) {
      lines.add(".B %s".formatted(escaped("wasm-run " + command.name())));
      lines.add(escaped(arguments(command) + "[OPTIONS]"));
      lines.add(".br");
    }
    lines.add(".SH DESCRIPTION");
    lines.add(
        "Runs a WebAssembly module on several Java threads over one shared linear memory. The word");
    lines.add(".B run");
    lines.add("may be left out. Options may stand before or after MODULE; after");
    lines.add(".B \\-\\-");
    lines.add("everything is the guest's.");
    commands.forEach(command -> describe(command, lines));
    lines.add(".SH EXIT STATUS");
    Arrays.stream(RunCommand.EXIT_CODES).map(ManPage::escaped).forEach(lines::add);
    return String.join("\n", lines) + "\n";
  }

  private static void describe(CompletedCommand command, List<String> lines) {
    lines.add(".SH %s".formatted(escaped("wasm-run " + command.name())));
    lines.add(escaped(description(command)));
    for (OptionSpec option : command.options()) {
      lines.add(".TP");
      String names = String.join(", ", option.names());
      lines.add(".BR %s".formatted(quoted(names) + " " + quoted(value(option))));
      lines.add(escaped(CompletedCommand.description(option)));
    }
  }

  private static String description(CompletedCommand command) {
    String[] lines = command.spec().usageMessage().description();
    return lines.length == 0
        ? command.summary()
        : Arrays.stream(lines)
            .map(line -> CompletedCommand.plain(line, ""))
            .map(line -> line.startsWith("  ") ? "\n.br\n" + line.strip() : line)
            .collect(Collectors.joining(" "))
            .strip();
  }

  private static String arguments(CompletedCommand command) {
    return command.spec().positionalParameters().stream()
        .map(ArgSpec::paramLabel)
        .map(label -> label + " ")
        .collect(Collectors.joining());
  }

  private static String value(OptionSpec option) {
    return option.arity().max() == 0 ? "" : " " + option.paramLabel();
  }

  private static String quoted(String text) {
    return '"' + escaped(text).replace("\"", "\\(dq") + '"';
  }

  /** A text of which troff takes nothing for a request or for a hyphen. */
  private static String escaped(String text) {
    return text.lines()
        .map(line -> line.startsWith(".br") ? line : escapedLine(line))
        .collect(Collectors.joining("\n"));
  }

  private static String escapedLine(String line) {
    String safe = line.replace("\\", "\\e").replace("-", "\\-");
    return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
  }
}
