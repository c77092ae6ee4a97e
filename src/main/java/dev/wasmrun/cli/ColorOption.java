package dev.wasmrun.cli;

import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** The option that says whether errors are in colour. */
final class ColorOption {
  private final Setting<When> when;

  /** When there is colour. */
  private enum When {
    /** On a terminal, unless the environment has NO_COLOR, as no-color.org asks for. */
    AUTO,
    ALWAYS,
    NEVER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Adds the option to a command. */
  ColorOption(CommandSpec spec) {
    when =
        Setting.choice(
            spec,
            When.values(),
            Setting.option(
                    "--color",
                    "Errors in colour: auto, always or never (default: ${DEFAULT-VALUE}).")
                .paramLabel("WHEN")
                .defaultValue("auto"));
  }

  /** The console as the user wants it. */
  Console applied(Console console) {
    return when.get() == When.AUTO ? console : console.inColor(when.get() == When.ALWAYS);
  }
}
