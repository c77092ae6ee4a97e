package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.cli.ResultTable.Column;
import dev.wasmrun.cli.ResultTable.Format;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ResultTableTest {
  @Test
  void columnsAlignForAnyName() {
    assertEquals(
        """
        module         time  note
        a-very-long-n   1.0  x
        日本           12.5  wide
        e\u0301t\u0301              3.0
        """,
        table(Format.TEXT));
  }

  @Test
  void csvQuotesWhatItMust() {
    assertEquals(
        """
        module,time,note
        a-very-long-n,1.0,x
        日本,12.5,wide
        e\u0301t\u0301,3.0,
        "a,b ""c\""",4,"two
        lines"
        """,
        table(Format.CSV) + csvRow());
  }

  @Test
  void markdownHasARuleUnderItsHeadings() {
    assertEquals(
        """
        | module | time | note |
        |---|---:|---|
        | a-very-long-n | 1.0 | x |
        | 日本 | 12.5 | wide |
        | e\u0301t\u0301 | 3.0 |  |
        """,
        table(Format.MARKDOWN));
  }

  private static String csvRow() {
    var out = new ByteArrayOutputStream();
    new ResultTable(stream(out), Format.CSV, columns()).row("a,b \"c\"", 4, "two\nlines");
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String table(Format format) {
    var out = new ByteArrayOutputStream();
    var table = new ResultTable(stream(out), format, columns());
    table.head();
    table.row("a-very-long-n", "1.0", "x");
    table.row("日本", 12.5, "wide");
    table.row("e\u0301t\u0301", 3.0, "");
    return out.toString(StandardCharsets.UTF_8);
  }

  private static List<Column> columns() {
    return List.of(
        Column.words("module", ResultTable.width("a-very-long-n")),
        Column.numbers("time", 4),
        Column.words("note", 0));
  }

  private static PrintStream stream(ByteArrayOutputStream out) {
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }
}
