package dev.wasmrun.check;

import dev.wasmrun.Internal;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names written with {@code *} for any text. */
@Internal
public final class NamePattern {
  private NamePattern() {}

  /** What matches the whole of such a name. */
  public static Pattern compile(String pattern) {
    return Pattern.compile(
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")));
  }
}
