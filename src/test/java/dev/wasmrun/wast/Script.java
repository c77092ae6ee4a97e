package dev.wasmrun.wast;

import dev.wasmrun.wast.Node.Group;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A script as read.
 *
 * @param name what reports call it
 * @param source its bytes, each as the character of that number
 * @param commands what stands in it, in order
 */
record Script(String name, String source, List<Node> commands) {
  private static final Set<String> MODULE_FIELDS =
      Set.of(
          "type", "import", "func", "table", "memory", "global", "export", "start", "elem", "data");

  Script {
    commands = List.copyOf(commands);
  }

  /**
   * Reads a script's bytes.
   *
   * @throws ScriptException if it is not made of well-formed s-expressions
   */
  static Script of(String name, byte[] bytes) {
    var source = new String(bytes, StandardCharsets.ISO_8859_1);
    return new Script(name, source, NodeReader.read(source));
  }

  /** Reads the script in a file; reports call it {@code name}. */
  static Script read(String name, Path file) throws IOException {
    return of(name, Files.readAllBytes(file));
  }

  /** Whether it is a module whose own parentheses are left out. */
  boolean isBareModule() {
    return !commands.isEmpty()
        && commands.get(0) instanceof Group group
        && MODULE_FIELDS.contains(group.keyword());
  }

  /** The number of the line a node begins in, from 1. */
  int lineOf(Node node) {
    return NodeReader.lineOf(source, node.start());
  }

  /** The source between two offsets. */
  String text(int start, int end) {
    return source.substring(start, end);
  }

  /** A node's source in one line, shortened. */
  String excerpt(Node node) {
    String text = text(node.start(), node.end()).replaceAll("\\s+", " ");
    return text.length() > 160 ? text.substring(0, 157) + "..." : text;
  }
}
