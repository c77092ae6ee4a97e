package dev.wasmrun.wast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.wast.Node.Group;
import dev.wasmrun.wast.Node.Text;
import dev.wasmrun.wast.Node.Word;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeReaderTest {
  @Test
  void groupsNestAndKeepTheirPlace() {
    var group = (Group) only(" (a (b $c) -1.5e3)");
    assertEquals(
        new Group(
            List.of(
                new Word("a", 2, 3),
                new Group(List.of(new Word("b", 5, 6), new Word("$c", 7, 9)), 4, 10),
                new Word("-1.5e3", 11, 17)),
            1,
            18),
        group);
    assertEquals("a", group.keyword());
    assertTrue(group.items().get(1).isGroup("b"));
  }

  @Test
  void commentsAreBlanks() {
    assertEquals(words("a b c d"), words("a;; (\nb(; ) (; nested ;) \" ;)c;;\rd;; end"));
  }

  @Test
  void blanksOfAnyKindSeparate() {
    assertEquals(words("a b c d"), words("\ta\r\nb\n\nc \r d\t"));
  }

  @Test
  void escapesStandForBytes() {
    var text = (Text) only("\"\\n\\t\\r\\\"\\'\\\\ \\00\\7f\\fF \\u{e9}\\u{1_F600};;(\"");
    byte[] expected = {'\n', '\t', '\r', '"', '\'', '\\', ' ', 0, 0x7F, -1, ' '};
    byte[] actual = text.bytes();
    assertArrayEquals(expected, Arrays.copyOf(actual, expected.length));
    String rest =
        new String(
            actual, expected.length, actual.length - expected.length, StandardCharsets.UTF_8);
    assertEquals("\u00e9\ud83d\ude00;;(", rest);
  }

  @Test
  void bytesAboveSevenBitsPassUnchanged() {
    var text = (Text) only("\"\u00c3\u00a9\u00ff\"");
    assertArrayEquals(new byte[] {(byte) 0xC3, (byte) 0xA9, (byte) 0xFF}, text.bytes());
  }

  @Test
  void wordsEndAtParenthesesAndNamesMayBeQuoted() {
    var group = (Group) only("(a(b)$\"c d\"(e))");
    assertEquals(4, group.items().size());
    assertTrue(group.items().get(2).isName());
  }

  @Test
  void annotationsAreLeftOutWhateverTheyContain() {
    Group group = (Group) only("(@x) (a (@b , ; ] ({) (c \")\" (; ( ;) ) ;) d)");
    assertEquals(List.of("a", "d"), List.of(group.wordAt(0), group.wordAt(1)));
    assertEquals(2, group.items().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n\n(a",
        "\n\n)",
        "\n\n\"a",
        "\n\n\"a\n\"",
        "\n\n(; (; ;)",
        "\n\n\"\\zz\"",
        "\n\n;",
        "\n\n\"\\u{110000}\"",
        "\n\n\"\\u{}\"",
        "\n\n\"\\u41\"",
        "\n\n\"\\4"
      })
  void whatDoesNotCloseOrHasNoMeaningIsRefusedWithItsLine(String source) {
    var e = assertThrows(ScriptException.class, () -> NodeReader.read(source));
    assertTrue(e.getMessage().startsWith("line 3: "), e.getMessage());
  }

  @Test
  void linesAreCountedFromOne() {
    assertEquals(1, NodeReader.lineOf("a\nb", 0));
    assertEquals(1, NodeReader.lineOf("a\nb", 1));
    assertEquals(2, NodeReader.lineOf("a\nb", 2));
  }

  private static Node only(String source) {
    List<Node> nodes = NodeReader.read(source);
    assertEquals(1, nodes.size());
    return nodes.get(0);
  }

  private static List<String> words(String source) {
    return NodeReader.read(source).stream().map(node -> ((Word) node).text()).toList();
  }
}
