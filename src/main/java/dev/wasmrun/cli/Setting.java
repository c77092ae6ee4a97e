package dev.wasmrun.cli;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.TypeConversionException;

/**
 * What a user can say on a command line, an option or an argument, with the type of its value.
 *
 * @param <T> the type of the value
 */
final class Setting<T> {
  /*
   * Annotated fields would say the same. To read them by reflection took picocli a seventh of the time
   * of a short run; see RATIONALE.md.
   */
  private final ArgSpec arg;
  private final T otherwise;

  private Setting(ArgSpec arg, T otherwise) {
    this.arg = arg;
    this.otherwise = otherwise;
  }

  /** The value that was given, or the default; null where there is neither. */
  T get() {
    T given = arg.getValue();
    return given == null ? otherwise : given;
  }

  /** Whether there is a value. */
  boolean present() {
    return get() != null;
  }

  /** Passes the value on, if there is one. */
  void ifPresent(Consumer<? super T> told) {
    if (present()) {
      told.accept(get());
    }
  }

  /** Adds an option without a value. */
  static Setting<Boolean> flag(CommandSpec spec, String name, String... description) {
    return add(spec, option(name, description).type(boolean.class), false);
  }

  /**
   * Adds an option with a value of a type that picocli knows: a number or a text.
   *
   * @throws IllegalArgumentException if it is another, for which the launcher leaves picocli no
   *     converter
   */
  static <T> Setting<T> option(CommandSpec spec, Class<T> type, OptionSpec.Builder option) {
    if (!type.getPackageName().equals("java.lang")) {
      throw new IllegalArgumentException("an option of %s has no converter".formatted(type));
    }
    return add(spec, option.type(type), null);
  }

  /** Adds an option with a value. */
  static <T> Setting<T> option(
      CommandSpec spec, Class<T> type, ITypeConverter<T> converter, OptionSpec.Builder option) {
    return add(spec, option.type(type).converters(converter), null);
  }

  /** Adds an option whose value is one of the constants, by the names that users read elsewhere. */
  static <E extends Enum<E>> Setting<E> choice(
      CommandSpec spec, E[] constants, OptionSpec.Builder option) {
    option.completionCandidates(names(constants));
    return option(spec, constants[0].getDeclaringClass(), byName(constants), option);
  }

  /** Adds an option with several values of a type that picocli knows, or one to be repeated. */
  static <T> Setting<List<T>> list(CommandSpec spec, Class<T> type, OptionSpec.Builder option) {
    return add(spec, option.type(List.class).auxiliaryTypes(type), List.of());
  }

  /** Adds an option with several values, or one that can be repeated. */
  static <T> Setting<List<T>> list(
      CommandSpec spec, Class<T> type, ITypeConverter<T> converter, OptionSpec.Builder option) {
    return list(spec, type, option.converters(converter));
  }

  /** Adds an option with several of the constants. */
  static <E extends Enum<E>> Setting<List<E>> choices(
      CommandSpec spec, E[] constants, OptionSpec.Builder option) {
    option.completionCandidates(names(constants));
    return list(spec, constants[0].getDeclaringClass(), byName(constants), option);
  }

  /** Adds an argument. */
  static Setting<String> argument(CommandSpec spec, PositionalParamSpec.Builder argument) {
    PositionalParamSpec arg = argument.type(String.class).build();
    spec.addPositional(arg);
    return new Setting<>(arg, null);
  }

  /** Adds any number of arguments. */
  static Setting<List<String>> arguments(CommandSpec spec, PositionalParamSpec.Builder arguments) {
    PositionalParamSpec arg =
        arguments.type(List.class).auxiliaryTypes(String.class).arity("0..*").build();
    spec.addPositional(arg);
    return new Setting<>(arg, List.of());
  }

  /** The beginning of an option's description. */
  static OptionSpec.Builder option(String name, String... description) {
    return OptionSpec.builder(name).description(description);
  }

  private static <T> Setting<T> add(CommandSpec spec, OptionSpec.Builder builder, T otherwise) {
    OptionSpec option = builder.build();
    spec.addOption(option);
    return new Setting<>(option, otherwise);
  }

  private static <E extends Enum<E>> List<String> names(E[] constants) {
    return Stream.of(constants).map(E::toString).toList();
  }

  private static <E extends Enum<E>> ITypeConverter<E> byName(E[] constants) {
    return text ->
        Stream.of(constants)
            .filter(constant -> constant.toString().equalsIgnoreCase(text))
            .findFirst()
            .orElseThrow(
                () ->
                    new TypeConversionException(
                        "'%s' is none of %s".formatted(text, String.join(", ", names(constants)))));
  }
}
