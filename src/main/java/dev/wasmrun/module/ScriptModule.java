package dev.wasmrun.module;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A module that is in a JavaScript program, in base64, as Emscripten's {@code -sSINGLE_FILE} and
 * many packages have it.
 */
final class ScriptModule {
  private static final List<String> EXTENSIONS = List.of(".js", ".mjs", ".cjs");

  /** Base64 of what every module begins with, and of what follows. */
  private static final Pattern ENCODED = Pattern.compile("AGFzbQ[A-Za-z0-9+/]++={0,2}");

  private ScriptModule() {}

  /** Whether a file is a program, by its name. */
  static boolean isScript(Path file) {
    String name = file.getFileName().toString();
    return EXTENSIONS.stream().anyMatch(name::endsWith);
  }

  /** A program without the modules in it, of which the rest is read faster. */
  static String withoutModules(String text) {
    return ENCODED.matcher(text).replaceAll("");
  }

  /**
   * The largest module in a program.
   *
   * @throws IOException if the file cannot be read
   * @throws ModuleException if there is none in it
   */
  static byte[] extract(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    String encoded =
        ENCODED
            .matcher(text)
            .results()
            .map(MatchResult::group)
            .max(Comparator.comparingInt(String::length))
            .orElseThrow(
                () ->
                    new ModuleException(
                        "cannot load %s: there is no module in this JavaScript; name the .wasm file that it loads, or build it with -sWASM=1 if there is none"
                            .formatted(file.getFileName())));
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw new ModuleException(
          "cannot load %s: the module in it is no base64: %s"
              .formatted(file.getFileName(), e.getMessage()),
          e);
    }
  }
}
