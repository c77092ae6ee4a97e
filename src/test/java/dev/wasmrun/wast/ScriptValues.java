package dev.wasmrun.wast;

import com.dylibso.chicory.wasm.types.Value;
import dev.wasmrun.wast.Node.Group;
import dev.wasmrun.wast.Node.Word;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Constants such as {@code (i32.const 7)}, as arguments and as expected results. */
final class ScriptValues {
  /** A result of the width that the action has, of the class that older scripts' commands name. */
  static final Node CANONICAL_NAN = NodeReader.read("(nan canonical)").get(0);

  static final Node ARITHMETIC_NAN = NodeReader.read("(nan arithmetic)").get(0);

  private ScriptValues() {}

  /**
   * The bits of an argument.
   *
   * @throws ScriptException if the node is no constant
   */
  static long argument(Node node) {
    String literal = literal(node);
    return switch (keyword(node)) {
      case "i32.const" -> Literals.integer(literal, Integer.SIZE);
      case "i64.const" -> Literals.integer(literal, Long.SIZE);
      case "f32.const" -> Literals.f32(literal);
      case "f64.const" -> Literals.f64(literal);
      case "ref.null" -> Value.REF_NULL_VALUE;
      case "ref.extern", "ref.host" -> Literals.integer(literal, Integer.SIZE);
      default -> throw new ScriptException("not a constant: " + node);
    };
  }

  /**
   * Whether a result is what a script expects.
   *
   * @param expected a constant, a class of NaNs, or {@code (either …)} of those
   */
  static boolean matches(Node expected, long actual) {
    String literal = literal(expected);
    return switch (keyword(expected)) {
      case "either" -> ((Group) expected).from(1).stream().anyMatch(e -> matches(e, actual));
      case "i32.const" -> (int) argument(expected) == (int) actual;
      case "f32.const" ->
          switch (literal) {
            case "nan:canonical" -> (actual & 0x7FFF_FFFFL) == 0x7FC0_0000L;
            case "nan:arithmetic" -> (actual & 0x7FC0_0000L) == 0x7FC0_0000L;
            default -> (int) argument(expected) == (int) actual;
          };
      case "f64.const" ->
          switch (literal) {
            case "nan:canonical" -> (actual & Long.MAX_VALUE) == 0x7FF8_0000_0000_0000L;
            case "nan:arithmetic" -> (actual & 0x7FF8_0000_0000_0000L) == 0x7FF8_0000_0000_0000L;
            default -> argument(expected) == actual;
          };
      case "nan" -> isNan(literal, actual);
      case "ref.func", "ref.struct", "ref.array", "ref.i31", "ref.eq", "ref.any", "ref.exn" ->
          actual != Value.REF_NULL_VALUE;
      case "ref.extern", "ref.host" ->
          literal.isEmpty() ? actual != Value.REF_NULL_VALUE : argument(expected) == actual;
      default -> argument(expected) == actual;
    };
  }

  /** Whether all results are what a script expects, in order. */
  static boolean matchAll(List<Node> expected, long[] actual) {
    int at = 0;
    for (Node node : expected) {
      int end = at + (isVector(node) ? 2 : 1);
      if (end > actual.length) {
        return false;
      }
      boolean matches =
          isVector(node)
              ? Vectors.matches((Group) node, actual[at], actual[at + 1])
              : matches(node, actual[at]);
      if (!matches) {
        return false;
      }
      at = end;
    }
    return at == actual.length;
  }

  /** The bits of all arguments, two numbers for a vector. */
  static long[] arguments(List<Node> nodes) {
    return nodes.stream()
        .flatMapToLong(
            node ->
                isVector(node)
                    ? Arrays.stream(Vectors.argument((Group) node))
                    : LongStream.of(argument(node)))
        .toArray();
  }

  private static boolean isVector(Node node) {
    return switch (keyword(node)) {
      case "v128.const" -> true;
      case "either" -> isVector(((Group) node).items().get(1));
      default -> false;
    };
  }

  private static boolean isNan(String kind, long bits) {
    String width = bits == (int) bits || bits >>> 32 == 0 ? "f32" : "f64";
    return matches(NodeReader.read("(%s.const nan:%s)".formatted(width, kind)).get(0), bits);
  }

  private static String keyword(Node node) {
    return node instanceof Group group ? group.keyword() : "";
  }

  /** The number in a constant as it is written, or an empty text. */
  private static String literal(Node node) {
    return node instanceof Group group
            && group.items().size() > 1
            && group.items().get(1) instanceof Word word
        ? word.text()
        : "";
  }
}
