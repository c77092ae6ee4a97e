package dev.wasmrun.wast;

import dev.wasmrun.wast.Node.Group;
import dev.wasmrun.wast.Node.Text;
import dev.wasmrun.wast.Node.Word;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A reader of the s-expressions that scripts and modules are written in. */
final class NodeReader {
  private static final int END = -1;

  private final String source;
  private int at;
  private int annotations; // that the position is in

  private NodeReader(String source) {
    this.source = source;
  }

  /**
   * Reads all of a source, but for annotations.
   *
   * @param source its bytes, each as the character of that number: a script need not be UTF-8
   * @throws ScriptException if parentheses, comments or strings do not close or an escape is wrong
   */
  static List<Node> read(String source) {
    var reader = new NodeReader(source);
    var nodes = new ArrayList<Node>();
    reader.skipBlanks();
    while (reader.peek() != END) {
      Node node = reader.node();
      if (!isAnnotation(node)) {
        nodes.add(node);
      }
      reader.skipBlanks();
    }
    return nodes;
  }

  /** The number of the line, from 1, that contains an offset. */
  static int lineOf(String source, int offset) {
    return 1 + (int) source.chars().limit(offset).filter(c -> c == '\n').count();
  }

  private Node node() {
    return switch (peek()) {
      case '(' -> group();
      case ')' -> throw wrong("a parenthesis closes that none has opened", at);
      case '"' -> text();
      default -> word();
    };
  }

  private static boolean isAnnotation(Node node) {
    return node instanceof Group group && group.keyword().startsWith("@");
  }

  private Group group() {
    int start = at++;
    var items = new ArrayList<Node>();
    boolean annotation = peek() == '@';
    annotations += annotation ? 1 : 0;
    skipBlanks();
    while (peek() != ')') {
      if (peek() == END) {
        throw wrong("the parenthesis is never closed", start);
      }
      Node item = node();
      if (!isAnnotation(item)) {
        items.add(item);
      }
      skipBlanks();
    }
    annotations -= annotation ? 1 : 0;
    return new Group(items, start, ++at);
  }

  private Word word() {
    int start = at;
    while (isWordPart(peek()) || isLoneSemicolon()) {
      // Parts of a name may be quoted: $"a name".
      at = peek() == '"' ? text().end() : at + 1;
    }
    return new Word(source.substring(start, at), start, at);
  }

  /** Annotations may contain a semicolon that begins no comment. */
  private boolean isLoneSemicolon() {
    return annotations > 0 && peek() == ';' && !source.startsWith(";;", at);
  }

  private boolean isWordPart(int c) {
    return c != END && c > ' ' && c != '(' && c != ')' && c != ';';
  }

  private Text text() {
    int start = at++;
    var bytes = new StringBuilder();
    while (peek() != '"') {
      if (peek() == END || peek() == '\n') {
        throw wrong("the string is never closed", start);
      }
      int c = source.charAt(at++);
      if (c == '\\') {
        bytes.append(escape());
      } else {
        bytes.append((char) c);
      }
    }
    return new Text(bytes.toString(), start, ++at);
  }

  private String escape() {
    int start = at - 1;
    int c = peek();
    at++;
    return switch (c) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      case '"', '\'', '\\' -> Character.toString(c);
      case 'u' -> codePoint(start);
      default -> {
        int end = Math.min(at + 1, source.length());
        at = end;
        yield Character.toString(hex(source.substring(start + 1, end), start, 0xFF));
      }
    };
  }

  /** The UTF-8 bytes of {@code {hex}}, each as a character. */
  private String codePoint(int start) {
    int close = source.indexOf('}', at);
    if (peek() != '{' || close < 0) {
      throw wrong("\\u is not followed by a number in braces", start);
    }
    int codePoint =
        hex(source.substring(at + 1, close).replace("_", ""), start, Character.MAX_CODE_POINT);
    at = close + 1;
    byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
    return new String(utf8, StandardCharsets.ISO_8859_1);
  }

  private int hex(String digits, int start, int maximum) {
    boolean isHex = digits.length() > 0 && digits.chars().allMatch(NodeReader::isHexDigit);
    if (!isHex || digits.length() > 6 || Integer.parseInt(digits, 16) > maximum) {
      throw wrong("'%s' is no escape".formatted(digits), start);
    }
    return Integer.parseInt(digits, 16);
  }

  private static boolean isHexDigit(int c) {
    return Character.digit(c, 16) >= 0;
  }

  private void skipBlanks() {
    while (true) {
      int c = peek();
      if (c == END) {
        return;
      }
      if (source.startsWith(";;", at)) {
        skipLine();
      } else if (source.startsWith("(;", at)) {
        skipBlock();
      } else if (c <= ' ') {
        at++;
      } else if (c == ';' && !isLoneSemicolon()) {
        throw wrong("a single ';' means nothing", at);
      } else {
        return;
      }
    }
  }

  private void skipLine() {
    while (peek() != END && peek() != '\n' && peek() != '\r') {
      at++;
    }
  }

  private void skipBlock() {
    int start = at;
    int depth = 0;
    do {
      if (source.startsWith("(;", at)) {
        depth++;
        at += 2;
      } else if (source.startsWith(";)", at)) {
        depth--;
        at += 2;
      } else if (peek() == END) {
        throw wrong("the comment is never closed", start);
      } else {
        at++;
      }
    } while (depth > 0);
  }

  private int peek() {
    return at < source.length() ? source.charAt(at) : END;
  }

  private ScriptException wrong(String what, int offset) {
    return new ScriptException("line %d: %s".formatted(lineOf(source, offset), what));
  }
}
