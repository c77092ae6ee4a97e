package dev.wasmrun.cli;

import dev.wasmrun.crew.ThreadRefused;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.module.NoSuchModule;
import dev.wasmrun.module.Spelling;
import dev.wasmrun.pictures.PictureException;
import dev.wasmrun.shard.ShardException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The commands by name, and what is common to them: where guest arguments begin, and how failures
 * become a line and an exit code.
 *
 * <p>The commands are not picocli subcommands of one another, because a guest's argument may well
 * be called {@code list}.
 */
final class Commands {
  static final String END_OF_OPTIONS = "--";

  private static final String CHECK = "check";
  static final String RUN = "run";
  private static final String HELP = "help";
  private static final String VERSION = "version";

  private final Console console;
  private final Map<String, Supplier<Command>> named = new LinkedHashMap<>();

  Commands(Console console) {
    this.console = console;
    named.put("inspect", () -> new InspectCommand(console));
    named.put("list", () -> new ListCommand(console));
    named.put("parity", () -> new ParityCommand(console));
    named.put("merge", () -> new MergeCommand(console));
    named.put("bench", () -> new BenchCommand(console));
    named.put("serve", () -> new ServeCommand(console));
    named.put(
        "completion",
        () -> new CompletionCommand(console, this::completed, List.of(HELP, VERSION)));
  }

  int execute(String... args) {
    if (args.length == 0) {
      return run(List.of());
    }
    List<String> rest = List.of(args).subList(1, args.length);
    return switch (args[0]) {
      case HELP -> help(rest);
      case VERSION -> run(List.of("--version"));
      case RUN -> run(rest);
      case CHECK -> executeGuest(rest, guests -> new CheckCommand(console, guests));
      default ->
          named.containsKey(args[0])
              ? commandLine(named.get(args[0]).get()).execute(rest.toArray(String[]::new))
              : run(List.of(args));
    };
  }

  private int run(List<String> args) {
    return executeGuest(args, guests -> new RunCommand(console, guests));
  }

  private int help(List<String> of) {
    if (of.isEmpty()) {
      return run(List.of("--help"));
    }
    String command = of.get(0);
    if (names().contains(command)) {
      return execute(command, "--help");
    }
    console.say(
        "no command '%s'; %s"
            .formatted(
                command,
                Spelling.closest(command, names())
                    .map("did you mean %s?"::formatted)
                    .orElse("there are " + String.join(", ", names()))));
    return ExitCode.USAGE.code();
  }

  private List<CompletedCommand> completed() {
    var commands = new ArrayList<CompletedCommand>();
    commands.add(new CompletedCommand(RUN, new RunCommand(console, List.of()).spec()));
    commands.add(new CompletedCommand(CHECK, new CheckCommand(console, List.of()).spec()));
    named.forEach(
        (name, command) -> commands.add(new CompletedCommand(name, command.get().spec())));
    return commands;
  }

  /** What the commands are called. */
  private List<String> names() {
    var names = new ArrayList<>(List.of(RUN, CHECK));
    names.addAll(named.keySet());
    names.addAll(List.of(HELP, VERSION));
    return names;
  }

  /**
   * Executes a command that runs a guest.
   *
   * @param command the command with the arguments that follow the end of options
   */
  private int executeGuest(List<String> args, Function<List<String>, Command> command) {
    int end = args.indexOf(END_OF_OPTIONS);
    List<String> ours = end < 0 ? args : args.subList(0, end);
    List<String> guests = end < 0 ? List.of() : args.subList(end + 1, args.size());
    // Unknown options are left to the command, which can tell -5 from a mistyped option.
    return commandLine(command.apply(guests))
        .setUnmatchedOptionsArePositionalParams(true)
        .execute(ours.toArray(String[]::new));
  }

  CommandLine commandLine(Command command) {
    return new CommandLine(command.spec())
        .setOut(new PrintWriter(console.out(), true))
        .setErr(new PrintWriter(console.err(), true))
        .setParameterExceptionHandler((e, args) -> usage(e))
        .setExecutionExceptionHandler((e, line, result) -> failure(e));
  }

  private int usage(ParameterException e) {
    String suggestion = "; try --help";
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      suggestion = "; did you mean %s?".formatted(unmatched.getSuggestions().get(0));
    }
    String message = e.getMessage().lines().findFirst().orElse("wrong arguments");
    console.say(message + suggestion);
    return ExitCode.USAGE.code();
  }

  private int failure(Exception e) throws Exception {
    if (e instanceof UsageException) {
      console.say(e.getMessage());
      return ExitCode.USAGE.code();
    }
    if (e instanceof NoSuchModule missing) {
      Optional<String> meant = ModuleGuess.of(missing.name(), names());
      console.say(
          meant
              .map(
                  name ->
                      "no file or bundled module %s; did you mean %s?"
                          .formatted(missing.name(), name))
              .orElse(e.getMessage()));
      return ExitCode.CANNOT_RUN.code();
    }
    if (e instanceof Loading.Ended ended) {
      return ended.report().exitCode();
    }
    if (e instanceof ModuleException
        || e instanceof ThreadRefused
        || e instanceof LinkException
        || e instanceof ShardException
        || e instanceof PictureException) {
      console.say(e.getMessage());
      return ExitCode.CANNOT_RUN.code();
    }
    throw e;
  }
}
