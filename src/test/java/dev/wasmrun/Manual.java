package dev.wasmrun;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What users read: the README and the pages of the manual. */
public final class Manual {
  private static final Path PAGES = Path.of("src/site/markdown");

  private Manual() {}

  /** The README, and then the pages by name. */
  public static List<Path> files() throws IOException {
    var files = new ArrayList<Path>(List.of(Path.of("README.md")));
    try (Stream<Path> pages = Files.list(PAGES)) {
      pages.sorted().forEach(files::add);
    }
    return files;
  }

  /** A page of the manual. */
  public static Path page(String name) {
    return PAGES.resolve(name + ".md");
  }

  /** Everything, one file after the other. */
  public static String text() throws IOException {
    return String.join("\n", lines());
  }

  /** The lines of all files. */
  public static List<String> lines() throws IOException {
    var lines = new ArrayList<String>();
    for (Path file : files()) {
      lines.addAll(Files.readAllLines(file));
    }
    return lines;
  }
}
