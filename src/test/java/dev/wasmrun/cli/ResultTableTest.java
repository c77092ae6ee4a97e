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

  @Test
  void aMarkIsForPeopleAndAColumnForPrograms() {
    for (Format format : Format.values()) {
      var out = new ByteArrayOutputStream();
      var table =
          new ResultTable(
              stream(out), format, List.of(Column.words("time", 0), Column.ofPrograms("warm")));
      table.head();
      table.row(table.marked("1.0", true), false);
      assertEquals(
          switch (format) {
            case TEXT -> "time\n1.0 ~\n";
            case CSV -> "time,warm\n1.0,false\n";
            case MARKDOWN -> "| time |\n|---|\n| 1.0 ~ |\n";
          },
          out.toString(StandardCharsets.UTF_8));
    }
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
