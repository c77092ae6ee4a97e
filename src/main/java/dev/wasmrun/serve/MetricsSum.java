package dev.wasmrun.serve;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The numbers of several servers as those of one: each sample is the sum of theirs. */
final class MetricsSum {
  private MetricsSum() {}

  /**
   * Adds up texts as {@link Metrics} makes them.
   *
   * @return a text of the same form, with the comments and the order of the first
   */
  static String of(List<String> texts) {
    Map<String, BigDecimal> sums = new LinkedHashMap<>();
    for (String text : texts) {
      text.lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> sums.merge(name(line), value(line), BigDecimal::add));
    }
    var sum = new StringBuilder();
    texts.stream().findFirst().stream()
        .flatMap(String::lines)
        .forEach(
            line -> {
              BigDecimal value = line.startsWith("#") ? null : sums.remove(name(line));
              sum.append(value == null ? line : sample(name(line), value)).append('\n');
            });
    // What only others have counted belongs to the last of the names: responses by their status.
    sums.forEach((name, value) -> sum.append(sample(name, value)).append('\n'));
    return sum.toString();
  }

  private static String sample(String name, BigDecimal value) {
    return name + " " + value.stripTrailingZeros().toPlainString();
  }

  private static String name(String line) {
    return line.substring(0, line.lastIndexOf(' '));
  }

  private static BigDecimal value(String line) {
    return new BigDecimal(line.substring(line.lastIndexOf(' ') + 1));
  }
}
