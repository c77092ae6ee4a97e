package dev.wasmrun.source;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The lines of source files, from the debug information itself or from files. A module can name any
 * file; so none is read whose name is not that of a source.
 */
final class SourceTexts {
  private static final int MOST_FILES = 64;
  private static final int LARGEST = 1 << 22;
  private static final int LONGEST = 200;
  private static final Pattern SOURCE =
      Pattern.compile(
          ".*\\.(?i:c|cc|cpp|cxx|c\\+\\+|h|hh|hpp|hxx|inc|inl|ipp|m|mm|rs|zig|ts|go|swift|d|nim|wat|s)");

  private final Optional<Path> directory;
  private final Function<String, Optional<String>> embedded;
  private final Map<String, List<String>> files = new HashMap<>();

  /**
   * No files yet.
   *
   * @param directory where files are also looked for
   * @param embedded the text of a file, if the debug information has it
   */
  SourceTexts(Optional<Path> directory, Function<String, Optional<String>> embedded) {
    this.directory = directory;
    this.embedded = embedded;
  }

  /** A line, without space around it; empty if it cannot be had. */
  String at(SourcePlace place) {
    if (!files.containsKey(place.file()) && files.size() == MOST_FILES) {
      return "";
    }
    List<String> lines = files.computeIfAbsent(place.file(), unread -> read(place));
    if (place.line() < 1 || place.line() > lines.size()) {
      return "";
    }
    String line = lines.get(place.line() - 1).strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  private List<String> read(SourcePlace place) {
    return embedded
        .apply(place.file())
        .or(() -> fromFile(place))
        .map(text -> text.lines().toList())
        .orElse(List.of());
  }

  private Optional<String> fromFile(SourcePlace place) {
    if (directory.isEmpty() || !SOURCE.matcher(place.file()).matches()) {
      return Optional.empty();
    }
    return SourceFile.beside(directory.get(), place.file())
        .flatMap(file -> SourceFile.read(file, LARGEST))
        .or(
            () ->
                SourceFile.beside(directory.get(), place.shown())
                    .flatMap(file -> SourceFile.read(file, LARGEST)))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
