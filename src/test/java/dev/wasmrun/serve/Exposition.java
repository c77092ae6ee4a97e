package dev.wasmrun.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text in the format that Prometheus reads, version 0.0.4, taken at its word: each family has its
 * help, its type and all of its samples in one place, no sample is there twice, counters are called
 * so, and the buckets of a histogram ascend to its count.
 */
final class Exposition {
  private static final Pattern META =
      Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{([a-zA-Z_][a-zA-Z0-9_]*)=\"([^\"\\\\\n]*)\"})? (\\S+)");

  private final Map<String, Double> samples = new LinkedHashMap<>();
  private final Set<String> families = new LinkedHashSet<>();

  // Of the family whose lines are being read.
  private String family;
  private String type;
  private double lastBound;
  private double lastCount;

  private Exposition() {}

  static Exposition read(String text) {
    var read = new Exposition();
    assertTrue(text.endsWith("\n"), "the last line does not end");
    for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
      if (line.startsWith("#")) {
        read.meta(line);
      } else {
        read.sample(line);
      }
    }
    read.endOfFamily();
    return read;
  }

  /** The value of a sample, by what stands in front of it. */
  double value(String sample) {
    Double value = samples.get(sample);
    assertNotNull(value, () -> sample + " is not among " + samples.keySet());
    return value;
  }

  private void meta(String line) {
    Matcher meta = META.matcher(line);
    assertTrue(meta.matches(), line);
    if (meta.group(1).equals("HELP")) {
      endOfFamily();
      family = meta.group(2);
      type = null;
      assertTrue(families.add(family), () -> "a second family: " + line);
      return;
    }
    assertEquals(family, meta.group(2), "a type without its help");
    assertEquals(null, type, "a second type");
    type = meta.group(3);
    assertTrue(Set.of("counter", "gauge", "histogram").contains(type), line);
    assertEquals(type.equals("counter"), family.endsWith("_total"), line);
    lastBound = Double.NEGATIVE_INFINITY;
    lastCount = 0;
  }

  private void sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    assertTrue(sample.matches(), line);
    String name = sample.group(1);
    double value = number(sample.group(5));
    assertTrue(value >= 0, line);
    assertEquals(null, samples.put(line.substring(0, line.lastIndexOf(' ')), value), line);
    assertNotNull(type, line);
    if (!type.equals("histogram")) {
      assertEquals(family, name, line);
    } else if (name.equals(family + "_bucket")) {
      assertEquals("le", sample.group(3), line);
      double bound = number(sample.group(4));
      assertTrue(bound > lastBound && value >= lastCount, line);
      lastBound = bound;
      lastCount = value;
    } else {
      assertTrue(Set.of(family + "_sum", family + "_count").contains(name), line);
    }
  }

  private static double number(String text) {
    return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  private void endOfFamily() {
    if (family == null) {
      return;
    }
    assertNotNull(type, () -> family + " has no type");
    if (type.equals("histogram")) {
      assertEquals(Double.POSITIVE_INFINITY, lastBound, family);
      assertEquals(value(family + "_count"), lastCount, family);
      assertTrue(value(family + "_sum") > 0 || lastCount == 0, family);
    }
  }
}
