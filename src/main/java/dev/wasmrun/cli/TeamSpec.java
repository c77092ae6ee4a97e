package dev.wasmrun.cli;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.parity.Team;
import dev.wasmrun.programs.Language;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.TypeConversionException;

/**
 * A team as users write it, for example {@code as:2,c:2,java:1}: the engine comes from elsewhere.
 *
 * @param parts each a language, empty for Java, and a number of threads
 */
record TeamSpec(List<PartSpec> parts) {
  private static final Pattern PART = Pattern.compile("(as|c|java):(\\d{1,4})");

  record PartSpec(Optional<Language> language, int threads) {}

  /** The team with its guests on one engine. */
  Team on(Engine engine) {
    return new Team(
        parts.stream()
            .map(part -> new Team.Part(part.language(), engine, part.threads()))
            .toList());
  }

  /** Reads a team. */
  static TeamSpec parse(String text) {
    return new TeamSpec(Stream.of(text.split(",", -1)).map(part -> part(part, text)).toList());
  }

  private static PartSpec part(String part, String text) {
    Matcher parts = PART.matcher(part);
    if (!parts.matches() || Integer.parseInt(parts.group(2)) == 0) {
      throw new TypeConversionException(
          "'%s' is not a team such as as:2,c:2,java:1".formatted(text));
    }
    Optional<Language> language =
        switch (parts.group(1)) {
          case "as" -> Optional.of(Language.ASSEMBLYSCRIPT);
          case "c" -> Optional.of(Language.C);
          default -> Optional.empty();
        };
    return new PartSpec(language, Integer.parseInt(parts.group(2)));
  }
}
