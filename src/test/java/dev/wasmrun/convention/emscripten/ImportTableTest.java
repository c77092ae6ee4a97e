package dev.wasmrun.convention.emscripten;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.Manual;
import dev.wasmrun.wasi.WasiOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The manual's table of what Emscripten's library imports, which says of each import whether this
 * host has it. {@code -Dimports.write=true} writes the table anew.
 */
final class ImportTableTest {
  private static final List<String> RELEASES = List.of("3.1.6", "6.0.9");
  private static final String BEGIN = "<!-- made by ImportTableTest -->\n";

  /** The releases that have each import. */
  private static Map<String, List<String>> imports() throws IOException {
    var releases = new TreeMap<String, List<String>>();
    for (String release : RELEASES) {
      String file = "/emscripten/imports-" + release + ".txt";
      try (var in = ImportTableTest.class.getResourceAsStream(file)) {
        new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .forEach(name -> releases.computeIfAbsent(name, n -> new ArrayList<>()).add(release));
      }
    }
    return releases;
  }

  private static String here(String name, Set<String> provided) {
    if (provided.contains(name)) {
      return "yes";
    }
    if (name.startsWith("__syscall_")) {
      return "answers ENOSYS";
    }
    return "no: " + Purposes.of(name).orElse("?");
  }

  private static String table() throws IOException {
    Set<String> provided =
        new EmscriptenConvention(WasiOptions.NOTHING, 1).provided(Fixtures.module("bound"));
    var table = new StringBuilder("| import | releases | here |\n|---|---|---|\n");
    imports()
        .forEach(
            (name, releases) ->
                table.append(
                    "| `%s` | %s | %s |\n"
                        .formatted(name, String.join(", ", releases), here(name, provided))));
    return table.toString();
  }

  @Test
  void theTableSaysWhatThereIs() throws IOException {
    var page = Manual.page("emscripten-imports");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    assertTrue(begin >= BEGIN.length(), "the page has no place for the table");
    if (Boolean.getBoolean("imports.write")) {
      text = text.substring(0, begin) + table();
      Files.writeString(page, text);
    }
    assertEquals(table(), text.substring(begin));
  }

  @Test
  void whatThereIsNotIsRefusedWithItsPurpose() throws IOException {
    var unexplained = new ArrayList<String>();
    table().lines().filter(line -> line.endsWith("no: ? |")).forEach(unexplained::add);
    assertEquals(List.of(), unexplained);
  }
}
