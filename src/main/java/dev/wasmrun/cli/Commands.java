package dev.wasmrun.cli;

import dev.wasmrun.bench.Rival;
import dev.wasmrun.check.schedule.SwitchPoints;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.pictures.PictureException;
import dev.wasmrun.pool.Strategy;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The commands by name, and what is common to them: where guest arguments begin, and how failures
 * become a line and an exit code.
 *
 * <p>The commands are not picocli subcommands of one another, because a guest's argument may well
 * be called {@code list}.
 */
final class Commands {
  private static final String END_OF_OPTIONS = "--";

  private final Console console;
  private static final String CHECK = "check";

  private final Map<String, Supplier<Object>> named = new LinkedHashMap<>();

  Commands(Console console) {
    this.console = console;
    named.put("inspect", () -> new InspectCommand(console));
    named.put("list", () -> new ListCommand(console));
    named.put("parity", () -> new ParityCommand(console));
    named.put("bench", () -> new BenchCommand(console));
    named.put("serve", () -> new ServeCommand(console));
  }

  int execute(String... args) {
    if (args.length > 0 && named.containsKey(args[0])) {
      String[] rest = Arrays.copyOfRange(args, 1, args.length);
      return commandLine(named.get(args[0]).get()).execute(rest);
    }
    if (args.length > 0 && args[0].equals(CHECK)) {
      List<String> rest = List.of(args).subList(1, args.length);
      return executeGuest(rest, guests -> new CheckCommand(console, guests));
    }
    return executeGuest(List.of(args), guests -> new RunCommand(console, guests));
  }

  /**
   * Executes a command that runs a guest.
   *
   * @param command the command with the arguments that follow the end of options
   */
  private int executeGuest(List<String> args, Function<List<String>, Object> command) {
    int end = args.indexOf(END_OF_OPTIONS);
    List<String> ours = end < 0 ? args : args.subList(0, end);
    List<String> guests = end < 0 ? List.of() : args.subList(end + 1, args.size());
    // Unknown options are left to the command, which can tell -5 from a mistyped option.
    return commandLine(command.apply(guests))
        .setUnmatchedOptionsArePositionalParams(true)
        .execute(ours.toArray(String[]::new));
  }

  CommandLine commandLine(Object command) {
    return new CommandLine(command)
        .setOut(new PrintWriter(console.out(), true))
        .setErr(new PrintWriter(console.err(), true))
        .registerConverter(Engine.class, byName(Engine.values()))
        .registerConverter(SwitchPoints.class, byName(SwitchPoints.values()))
        .registerConverter(Rival.class, byName(Rival.values()))
        .registerConverter(ConventionName.class, byName(ConventionName.values()))
        .registerConverter(Strategy.class, byName(Strategy.values()))
        .setParameterExceptionHandler((e, args) -> usage(e))
        .setExecutionExceptionHandler((e, line, result) -> failure(e));
  }

  /** Constants by the names that users read everywhere else. */
  private static <E extends Enum<E>> ITypeConverter<E> byName(E[] constants) {
    return text ->
        Stream.of(constants)
            .filter(constant -> constant.toString().equalsIgnoreCase(text))
            .findFirst()
            .orElseThrow(
                () ->
                    new TypeConversionException(
                        Stream.of(constants)
                            .map(E::toString)
                            .collect(Collectors.joining(", ", "'" + text + "' is none of ", ""))));
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
    if (e instanceof ModuleException
        || e instanceof LinkException
        || e instanceof PictureException) {
      console.say(e.getMessage());
      return ExitCode.CANNOT_RUN.code();
    }
    throw e;
  }
}
