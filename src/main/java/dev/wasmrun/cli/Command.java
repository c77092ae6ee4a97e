package dev.wasmrun.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** One of the things that this program does, with the options that it takes. */
abstract class Command implements Callable<Integer> {
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

  Command(String name, String... description) {
    spec.name(name);
    spec.usageMessage().description(description);
  }

  /** What picocli is told of this command. */
  final CommandSpec spec() {
    return spec;
  }

  /** Adds the options that all commands have. */
  final void addHelp() {
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .type(boolean.class)
            .usageHelp(true)
            .description("Show this text.")
            .build());
    spec.addOption(
        OptionSpec.builder("-V", "--version")
            .type(boolean.class)
            .versionHelp(true)
            .description("Show the version.")
            .build());
    spec.versionProvider(new VersionProvider());
  }

  /** A refusal of what the user has written. */
  final ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
