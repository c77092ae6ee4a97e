package dev.wasmrun.wast;

import dev.wasmrun.wast.Node.Group;
import dev.wasmrun.wast.Node.Word;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What modules may need that the host refuses, each with the reason; such a module is skipped. */
enum Unsupported {
  STACK_SWITCHING("stack switching", word("cont|cont\\..*|resume.*|suspend")),
  CUSTOM_DESCRIPTORS("custom descriptors", word("descri(bes|ptor)|exact|.*_desc(_.*)?")),
  CUSTOM_PAGE_SIZES("custom page sizes", node -> node.isGroup("pagesize")),
  WIDE_ARITHMETIC("wide arithmetic", word("i64\\.(add128|sub128|mul_wide_[su])"));

  private final String reason;
  private final Predicate<Node> test;

  Unsupported(String reason, Predicate<Node> test) {
    this.reason = reason;
    this.test = test;
  }

  /** Why a module that needs it is skipped. */
  String reason() {
    return reason;
  }

  /** The first feature in the order above that occurs in a command. */
  static Optional<Unsupported> neededBy(Node command) {
    return Arrays.stream(values())
        .filter(feature -> occurs(feature.test, List.of(command)))
        .findFirst();
  }

  private static boolean occurs(Predicate<Node> test, List<Node> nodes) {
    return nodes.stream()
        .anyMatch(
            node -> test.test(node) || node instanceof Group group && occurs(test, group.items()));
  }

  private static Predicate<Node> word(String regex) {
    Predicate<String> matches = Pattern.compile(regex).asMatchPredicate();
    return node -> node instanceof Word word && matches.test(word.text());
  }
}
