package dev.wasmrun.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * {@code wasm-run completion SHELL}: what a shell needs to complete command lines of this program;
 * and the manual page.
 */
final class CompletionCommand extends Command {
  static final List<String> SHELLS = List.of("bash", "zsh", "fish", "man");

  /** What each script is called where its shell looks for it. */
  private static final Map<String, String> FILES =
      Map.of(
          "bash",
          "wasm-run.bash",
          "zsh",
          "_wasm-run",
          "fish",
          "wasm-run.fish",
          "man",
          "wasm-run.1");

  private final Console console;
  private final Supplier<List<CompletedCommand>> commands;
  private final List<String> otherWords;
  private final Setting<String> shell;
  private final Setting<Path> directory;

  /**
   * Creates the command.
   *
   * @param commands what is to be completed
   * @param otherWords words that stand in the place of a command and take no options
   */
  CompletionCommand(
      Console console, Supplier<List<CompletedCommand>> commands, List<String> otherWords) {
    super(
        "wasm-run completion",
        "Prints a script by which a shell completes command lines; or, for man, the",
        "manual page.");
    this.console = console;
    this.commands = commands;
    this.otherWords = otherWords;
    shell =
        Setting.argument(
            spec(),
            PositionalParamSpec.builder()
                .paramLabel("SHELL")
                .arity("0..1")
                .description("One of " + String.join(", ", SHELLS) + "."));
    directory =
        Setting.option(
            spec(),
            Path.class,
            Path::of,
            Setting.option("--write", "Write all of them into this directory.").paramLabel("DIR"));
    addHelp();
  }

  @Override
  public Integer call() {
    if (directory.present() == shell.present()) {
      throw usage("name a shell, %s; or --write DIR".formatted(String.join(", ", SHELLS)));
    }
    if (directory.present()) {
      write();
    } else if (SHELLS.contains(shell.get())) {
      console.out().print(text(shell.get()));
    } else {
      throw usage("'%s' is none of %s".formatted(shell.get(), String.join(", ", SHELLS)));
    }
    return ExitCode.OK.code();
  }

  private void write() {
    try {
      Files.createDirectories(directory.get());
      for (String each : SHELLS) {
        Files.writeString(directory.get().resolve(FILES.get(each)), text(each));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String text(String of) {
    return switch (of) {
      case "bash" -> new BashCompletion(commands.get(), otherWords).script();
      case "zsh" -> new ZshCompletion(commands.get(), otherWords).script();
      case "fish" -> new FishCompletion(commands.get(), otherWords).script();
      default -> new ManPage(commands.get()).text();
    };
  }
}
