package dev.wasmrun.wast;

import dev.wasmrun.wast.Node.Group;
import java.util.List;

/**
 * Constants such as {@code (v128.const i32x4 1 2 3 4)}, as arguments and as expected results, in
 * which a lane may be a class of NaNs.
 */
final class Vectors {
  private static final int BITS = 128;

  private Vectors() {}

  /** The two halves of an argument. */
  static long[] argument(Group constant) {
    long[] halves = new long[2];
    int bits = bits(constant);
    List<Node> lanes = constant.from(2);
    for (int i = 0; i < lanes.size(); i++) {
      halves[i * bits / Long.SIZE] |= (lane(constant, lanes.get(i)) & mask(bits)) << i * bits;
    }
    return halves;
  }

  /** Whether a result, of two halves, is what a script expects. */
  static boolean matches(Group expected, long low, long high) {
    if (expected.keyword().equals("either")) {
      return expected.from(1).stream().anyMatch(one -> matches((Group) one, low, high));
    }
    int bits = bits(expected);
    List<Node> lanes = expected.from(2);
    for (int i = 0; i < lanes.size(); i++) {
      long half = i * bits < Long.SIZE ? low : high;
      if (!matches(expected, lanes.get(i), half >>> i * bits & mask(bits))) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(Group constant, Node lane, long actual) {
    return text(lane).startsWith("nan:")
        ? ScriptValues.matches(scalar(constant, lane), actual)
        : (lane(constant, lane) & mask(bits(constant))) == actual;
  }

  private static long lane(Group constant, Node lane) {
    String type = constant.wordAt(1);
    int bits = bits(constant);
    return type.startsWith("f")
        ? ScriptValues.argument(scalar(constant, lane))
        : Literals.integer(text(lane), bits);
  }

  /** A lane as a constant of its own. */
  private static Node scalar(Group constant, Node lane) {
    return NodeReader.read("(f%s.const %s)".formatted(bits(constant), text(lane))).get(0);
  }

  private static String text(Node lane) {
    return ((Node.Word) lane).text();
  }

  private static int bits(Group constant) {
    return BITS / constant.from(2).size();
  }

  private static long mask(int bits) {
    return -1L >>> Long.SIZE - bits;
  }
}
