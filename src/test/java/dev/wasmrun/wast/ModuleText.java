package dev.wasmrun.wast;

import dev.wasmrun.wast.Node.Group;
import dev.wasmrun.wast.Node.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The text of a module as the assembler understands it. */
final class ModuleText {
  /** Instructions whose table index may be left out, which WABT learnt only after 1.0.32. */
  private static final Set<String> TABLE_INSTRUCTIONS =
      Set.of("table.get", "table.set", "table.size", "table.grow", "table.fill");

  private ModuleText() {}

  /** The source of a module's group from an offset on, with no table index left out. */
  static String of(Script script, Group module, int start) {
    var gaps = new ArrayList<Integer>();
    collectGaps(module.items(), gaps);
    var text = new StringBuilder(script.text(start, module.end()));
    for (int i = gaps.size() - 1; i >= 0; i--) {
      text.insert(gaps.get(i) - start, " 0");
    }
    return text.toString();
  }

  /** Adds the offsets where an index is missing, ascending. */
  private static void collectGaps(List<Node> nodes, List<Integer> gaps) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i) instanceof Group group) {
        collectGaps(group.items(), gaps);
      } else if (nodes.get(i) instanceof Word word
          && TABLE_INSTRUCTIONS.contains(word.text())
          && !(i + 1 < nodes.size() && isIndex(nodes.get(i + 1)))) {
        gaps.add(word.end());
      }
    }
  }

  private static boolean isIndex(Node node) {
    return node instanceof Word word && (word.isName() || Character.isDigit(word.text().charAt(0)));
  }
}
