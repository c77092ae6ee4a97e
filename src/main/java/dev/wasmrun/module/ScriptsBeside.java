package dev.wasmrun.module;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The JavaScript that belongs to a module's file: it lies beside it. */
final class ScriptsBeside {
  private static final List<String> EXTENSIONS = List.of(".js", ".mjs", ".cjs");
  private static final String OF_MODULE = ".wasm";

  /** So many scripts of other names are looked into. */
  private static final int MOST_SCRIPTS = 32;

  private static final long MOST_BYTES = 64 << 20;

  private ScriptsBeside() {}

  /** The script of a module's name, if there is one. */
  static Optional<Path> ofName(Path file) {
    if (ScriptModule.isScript(file)) {
      return Optional.of(file); // which has the module in it
    }
    String name = file.getFileName().toString();
    String stem =
        name.endsWith(OF_MODULE) ? name.substring(0, name.length() - OF_MODULE.length()) : name;
    return EXTENSIONS.stream()
        .map(extension -> file.resolveSibling(stem + extension))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** The script of a module's name or, where there is none, those that mention the module. */
  static List<Path> of(Path file) {
    Optional<Path> script = ofName(file);
    return script.isPresent() ? List.of(script.get()) : mentioning(file);
  }

  private static List<Path> mentioning(Path file) {
    String name = file.getFileName().toString();
    try (Stream<Path> siblings = Files.list(file.toAbsolutePath().getParent())) {
      return siblings
          .filter(sibling -> EXTENSIONS.stream().anyMatch(sibling.toString()::endsWith))
          .filter(Files::isRegularFile)
          .filter(sibling -> sibling.toFile().length() <= MOST_BYTES)
          .sorted()
          .limit(MOST_SCRIPTS)
          .filter(sibling -> text(sibling).contains(name))
          .toList();
    } catch (IOException e) {
      return List.of(); // as if there were none
    }
  }

  /**
   * A script without the modules in it.
   *
   * @throws ModuleException if it cannot be read
   */
  static String text(Path script) {
    try {
      if (Files.size(script) > MOST_BYTES) {
        throw new ModuleException(
            "cannot read names from %s: it has more than %s MiB"
                .formatted(script, MOST_BYTES >> 20));
      }
      return ScriptModule.withoutModules(
          new String(Files.readAllBytes(script), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ModuleException(
          "cannot read names from %s: %s"
              .formatted(script, Files.exists(script) ? e.getMessage() : "no such file"),
          e);
    }
  }
}
