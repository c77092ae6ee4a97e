package dev.wasmrun.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** Durations, sizes and addresses as users write them. */
final class Quantities {
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d+(?:\\.\\d+)?)([A-Za-z]*)");
  private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000L);

  private Quantities() {}

  /** Adds an option whose value is a duration. */
  static Setting<Duration> time(CommandSpec spec, OptionSpec.Builder option) {
    return Setting.option(spec, Duration.class, Quantities::duration, option.paramLabel("TIME"));
  }

  /** Adds an option whose value is a number of bytes. */
  static Setting<Long> size(CommandSpec spec, OptionSpec.Builder option) {
    return Setting.option(spec, Long.class, Quantities::bytes, option.paramLabel("SIZE"));
  }

  /** {@code 300ms}, {@code 5s}, {@code 2m}, {@code 1h}; a bare number is seconds. */
  private static Duration duration(String text) {
    Matcher parts = match(text, "a duration such as 300ms, 5s, 2m or 1h");
    BigDecimal nanos =
        new BigDecimal(parts.group(1))
            .multiply(
                switch (parts.group(2)) {
                  case "ms" -> BigDecimal.valueOf(1_000_000L);
                  case "", "s" -> NANOS_PER_SECOND;
                  case "m", "min" -> NANOS_PER_SECOND.multiply(BigDecimal.valueOf(60));
                  case "h" -> NANOS_PER_SECOND.multiply(BigDecimal.valueOf(3600));
                  default ->
                      throw new TypeConversionException(
                          "'%s' has no known unit; use ms, s, m or h".formatted(text));
                });
    long value = within(nanos, text);
    if (value == 0) {
      throw new TypeConversionException("'%s' is no time at all".formatted(text));
    }
    return Duration.ofNanos(value);
  }

  /** {@code 64MiB}, {@code 1GiB}, {@code 65536}: binary units, a bare number is bytes. */
  private static long bytes(String text) {
    Matcher parts = match(text, "a size such as 65536, 512KiB, 64MiB or 1GiB");
    int shift =
        switch (parts.group(2)) {
          case "", "B" -> 0;
          case "K", "KiB" -> 10;
          case "M", "MiB" -> 20;
          case "G", "GiB" -> 30;
          default ->
              throw new TypeConversionException(
                  "'%s' has no known unit; use KiB, MiB or GiB".formatted(text));
        };
    return within(new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(1L << shift)), text);
  }

  /** {@code 1000000}: how many of something there may be, which may be none. */
  static long count(String text) {
    try {
      long count = Long.parseLong(text);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Said below, like a number below zero.
    }
    throw new TypeConversionException("'%s' is not a number such as 1000000".formatted(text));
  }

  /** {@code 0x400} or {@code 1024}: an address in linear memory. */
  static int address(String text) {
    try {
      int address = Integer.decode(text);
      if (address >= 0) {
        return address;
      }
    } catch (NumberFormatException e) {
      // Said below, like a number below zero.
    }
    throw new TypeConversionException(
        "'%s' is not an address such as 0x400 or 1024".formatted(text));
  }

  private static Matcher match(String text, String expected) {
    Matcher parts = NUMBER_AND_UNIT.matcher(text);
    if (!parts.matches()) {
      throw new TypeConversionException("'%s' is not %s".formatted(text, expected));
    }
    return parts;
  }

  private static long within(BigDecimal value, String text) {
    if (value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new TypeConversionException("'%s' is too large".formatted(text));
    }
    return value.longValue();
  }
}
