package dev.wasmrun.engine;

import dev.wasmrun.compiler.emit.GeneratedClasses;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Generated classes as the {@link CodeCache} keeps them: by name, and besides
 *
 * <pre>
 *   prefix           what the names of all classes begin with
 *   first functions  the first function of each group
 *   lines of NAME    what the line numbers of a class stand for
 * </pre>
 */
final class StoredClasses {
  private static final String PREFIX = "prefix";
  private static final String FIRST_FUNCTIONS = "first functions";
  private static final String LINES = "lines of ";

  private StoredClasses() {}

  static Map<String, byte[]> store(GeneratedClasses generated) {
    var stored = new LinkedHashMap<String, byte[]>();
    stored.put(PREFIX, generated.prefix().getBytes(StandardCharsets.UTF_8));
    stored.put(FIRST_FUNCTIONS, numbers(generated.firstFunctions()));
    stored.putAll(generated.classes());
    generated.lines().forEach((name, lines) -> stored.put(LINES + name, numbers(lines)));
    return stored;
  }

  static GeneratedClasses restore(Map<String, byte[]> stored) {
    var classes = new LinkedHashMap<>(stored);
    var lines = new LinkedHashMap<String, int[]>();
    String prefix = new String(classes.remove(PREFIX), StandardCharsets.UTF_8);
    int[] firstFunctions = numbers(classes.remove(FIRST_FUNCTIONS));
    for (String name : stored.keySet()) {
      if (name.startsWith(LINES)) {
        lines.put(name.substring(LINES.length()), numbers(classes.remove(name)));
      }
    }
    return new GeneratedClasses(prefix, firstFunctions, classes, lines);
  }

  private static byte[] numbers(int[] numbers) {
    try {
      var bytes = new ByteArrayOutputStream();
      var out = new DataOutputStream(bytes);
      out.writeInt(numbers.length);
      for (int number : numbers) {
        out.writeInt(number);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] numbers(byte[] bytes) {
    try {
      var in = new DataInputStream(new ByteArrayInputStream(bytes));
      int[] numbers = new int[in.readInt()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = in.readInt();
      }
      return numbers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
