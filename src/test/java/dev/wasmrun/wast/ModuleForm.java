package dev.wasmrun.wast;

import dev.wasmrun.wast.Node.Group;
import dev.wasmrun.wast.Node.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A script's way of writing down a module: {@code (module definition? $name? …)}.
 *
 * @param name its name with the dollar, or empty
 * @param definition whether it is only defined, to be instantiated by its name later
 * @param encoding how the contents are written
 * @param contents the binary's or the text's bytes, each as the character of that number
 */
record ModuleForm(String name, boolean definition, Encoding encoding, String contents) {
  enum Encoding {
    /** Fields in the script itself. */
    TEXT,
    /** Strings with the bytes of a binary. */
    BINARY,
    /** Strings with a text, which may be one that cannot even be read. */
    QUOTE
  }

  /** Reads the form of a group that begins with {@code module}. */
  static ModuleForm of(Script script, Node node) {
    Group group = (Group) node;
    int at = 1;
    boolean definition = group.wordAt(at).equals("definition");
    if (definition) {
      at++;
    }
    String name = group.nameAt(at);
    int headEnd = group.items().get(at - 1).end();
    if (!name.equals(Scope.LATEST)) {
      at++;
    }
    return switch (group.wordAt(at)) {
      case "binary" ->
          new ModuleForm(name, definition, Encoding.BINARY, strings(group.from(at + 1)));
      case "quote" -> new ModuleForm(name, definition, Encoding.QUOTE, strings(group.from(at + 1)));
      default ->
          new ModuleForm(
              name, definition, Encoding.TEXT, "(module" + script.text(headEnd, group.end()));
    };
  }

  /** A whole script that is the fields of one module. */
  static ModuleForm bare(Script script) {
    return new ModuleForm(
        Scope.LATEST, false, Encoding.TEXT, "(module\n" + script.source() + "\n)");
  }

  /** The module's binary; empty if its text is none that the assembler knows. */
  Optional<byte[]> binary(Assembler assembler) throws IOException {
    return encoding == Encoding.BINARY
        ? Optional.of(contents.getBytes(StandardCharsets.ISO_8859_1))
        : assembler.assemble(contents);
  }

  private static String strings(List<Node> nodes) {
    return nodes.stream().map(node -> ((Text) node).latin1()).collect(Collectors.joining());
  }
}
