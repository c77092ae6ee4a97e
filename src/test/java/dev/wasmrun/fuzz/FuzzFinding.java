package dev.wasmrun.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Collectors;

/**
 * A case that is not the same on two engines.
 *
 * @param fuzzCase made as small as it could be
 * @param difference the expected and the actual, in one line
 */
record FuzzFinding(FuzzCase fuzzCase, Differential engines, String difference) {
  private static final Path DIRECTORY = Path.of("target", "fuzz");

  /** The difference without its numbers, which have no part in what is wrong. */
  static String kind(String difference) {
    String withoutCall = difference.replaceFirst("^f\\d+\\([^)]*\\) = ", "");
    return withoutCall
        .replaceAll(" \\| f\\d+\\([^)]*\\) = ", " | ")
        .replaceAll("-?(\\d+\\.)?\\d+(E-?\\d+)?", "#")
        .replaceAll("(#, )*#", "#");
  }

  /** What a difference is a sign of: a failure of the actual side, or another result. */
  static String symptom(String difference) {
    String kind = kind(difference);
    String actual = kind.substring(kind.indexOf(" | ") + 3);
    return actual.startsWith("[") || actual.startsWith("trap") ? "another result" : actual;
  }

  /** Keeps the module in a file, and says what there is to know. */
  String report() {
    byte[] module = fuzzCase.program().bytes();
    Path file = DIRECTORY.resolve(fuzzCase.origin() + ".wasm");
    try {
      Files.createDirectories(DIRECTORY);
      Files.write(file, module);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return """
        %s: %s | %s differ: %s
          the module is %s, %d bytes: %s
          its calls, before each of which g0 is set to %d: %s
        """
        .formatted(
            fuzzCase.origin(),
            engines.expected().name(),
            engines.actual().name(),
            difference,
            file,
            module.length,
            Base64.getEncoder().encodeToString(module),
            fuzzCase.fuel(),
            fuzzCase.calls().stream().map(Object::toString).collect(Collectors.joining("; ")));
  }
}
