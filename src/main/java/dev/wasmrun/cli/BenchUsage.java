package dev.wasmrun.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The refusals of options of {@code bench} that say nothing of what is to be measured. */
final class BenchUsage {
  private static final List<String> OF_PROGRAMS = List.of("--processes", "--plot");
  private static final List<String> OF_FILES = List.of("--dir", "--invoke", "--command");
  private static final List<String> OF_BOTH = List.of("--threads", "--args", "--against");

  private final CommandSpec spec;

  BenchUsage(CommandSpec spec) {
    this.spec = spec;
  }

  /**
   * Checks the options for a measurement of files only.
   *
   * @throws ParameterException if one is for programs
   */
  void requireOfFiles(List<String> files) {
    given(OF_PROGRAMS)
        .ifPresent(
            option -> {
              throw usage(
                  "%s is for programs of the gallery, and %s is none"
                      .formatted(option, files.get(0)));
            });
  }

  /**
   * Checks the options for a measurement of programs only.
   *
   * @throws ParameterException if one is for files
   */
  void requireOfPrograms() {
    given(OF_FILES)
        .ifPresent(
            option -> {
              throw usage("%s is for a FILE.wasm, not for programs".formatted(option));
            });
  }

  /**
   * Checks the options for a measurement of interrupts.
   *
   * @param named whether the user names something to measure
   * @throws ParameterException if something is named, or an option is for that
   */
  void requireOfInterrupts(boolean named) {
    if (named) {
      throw usage("--interrupts measures guest code of its own, and nothing else beside it");
    }
    given(OF_PROGRAMS)
        .or(() -> given(OF_FILES))
        .or(() -> given(OF_BOTH))
        .ifPresent(
            option -> {
              throw usage("%s says nothing of --interrupts".formatted(option));
            });
  }

  private Optional<String> given(List<String> options) {
    return options.stream()
        .filter(spec.commandLine().getParseResult()::hasMatchedOption)
        .findFirst();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
