package dev.wasmrun.cli;

import dev.wasmrun.module.Spelling;
import dev.wasmrun.programs.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which module, or which command, was meant by a name that is none. */
final class ModuleGuess {
  private static final String EXTENSION = ".wasm";

  private ModuleGuess() {}

  /**
   * The most similar name of a bundled module, of a file in the same directory or of a command, as
   * it is to be typed; empty if none is similar.
   */
  static Optional<String> of(String typed, Collection<String> commands) {
    var names = new ArrayList<String>();
    Catalogue.entries().forEach(entry -> names.addAll(entry.allModules()));
    names.addAll(commands);
    names.addAll(filesBeside(typed));
    return names.contains(typed + EXTENSION)
        ? Optional.of(typed + EXTENSION)
        : Spelling.closest(typed, names);
  }

  private static List<String> filesBeside(String typed) {
    String directory = typed.substring(0, typed.lastIndexOf('/') + 1);
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(EXTENSION))
          .map(name -> directory + name)
          .toList();
    } catch (IOException e) {
      return List.of(); // there is no such directory
    }
  }
}
