package dev.wasmrun.wast;

import dev.wasmrun.wast.Node.Group;
import dev.wasmrun.wast.Node.Word;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What scripts may need that the host refuses, each with the reason; such a script is skipped. */
enum Unsupported {
  SIMD(
      "SIMD: the runtime executes v128 in neither engine",
      word("v128(\\..*)?|[if]\\d+x\\d+(\\..*)?")),
  MEMORY64(
      "memory64: the host's memories have 32-bit addresses",
      node ->
          (node.isGroup("memory") || node.isGroup("table"))
              && ((Group) node).items().stream().anyMatch(item -> item.isWord("i64"))),
  GARBAGE_COLLECTION(
      "garbage collection: the assembler does not know its types",
      word("(struct|array|i31)\\.(new|get|set|len|fill|copy|init).*|ref\\.(i31|test|cast|eq)|rec")),
  MULTIPLE_MEMORIES(
      "multiple memories: the host links one",
      node ->
          node.isGroup("module")
              && ((Group) node).items().stream().filter(item -> item.isGroup("memory")).count()
                  > 1),
  EXCEPTIONS(
      "exceptions: the assembler does not know their current text",
      word("try_table|throw_ref|exnref")),
  CUSTOM_PAGE_SIZES("custom page sizes", node -> node.isGroup("pagesize")),
  WIDE_ARITHMETIC("wide arithmetic", word("i64\\.(add128|sub128|mul_wide_[su])"));

  private final String reason;
  private final Predicate<Node> test;

  Unsupported(String reason, Predicate<Node> test) {
    this.reason = reason;
    this.test = test;
  }

  /** Why a script that needs it is skipped. */
  String reason() {
    return reason;
  }

  /**
   * The first feature in the order above that a script's valid modules need. What stands in {@code
   * assert_invalid} and {@code assert_malformed} does not count: it is to be refused anyway.
   */
  static Optional<Unsupported> neededBy(Script script) {
    for (Unsupported feature : values()) {
      if (occurs(feature.test, script.commands())) {
        return Optional.of(feature);
      }
    }
    return Optional.empty();
  }

  private static boolean occurs(Predicate<Node> test, List<Node> nodes) {
    for (Node node : nodes) {
      if (node.isGroup("assert_invalid") || node.isGroup("assert_malformed")) {
        continue;
      }
      if (test.test(node) || node instanceof Group group && occurs(test, group.items())) {
        return true;
      }
    }
    return false;
  }

  private static Predicate<Node> word(String regex) {
    Predicate<String> matches = Pattern.compile(regex).asMatchPredicate();
    return node -> node instanceof Word word && matches.test(word.text());
  }
}
