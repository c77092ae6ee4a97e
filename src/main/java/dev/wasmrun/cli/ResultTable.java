package dev.wasmrun.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rows of results under their headings, each written as soon as it is known. */
final class ResultTable {
  /** How a table is written. */
  enum Format {
    /** In columns, for people. */
    TEXT,
    /** As RFC 4180 has it, for programs. */
    CSV,
    /** As GitHub renders it. */
    MARKDOWN;

    /** The name as users write it, such as {@code csv}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A column.
   *
   * @param head its heading
   * @param left whether its cells begin below each other, as words do, rather than end so
   * @param width at least so many places, or as many as the heading takes
   * @param ofPrograms whether only programs get it
   */
  record Column(String head, boolean left, int width, boolean ofPrograms) {
    /** A column of words of which the longest is known. */
    static Column words(String head, int longest) {
      return new Column(head, true, Math.max(longest, ResultTable.width(head)), false);
    }

    /** A column of numbers. */
    static Column numbers(String head, int longest) {
      return new Column(head, false, Math.max(longest, ResultTable.width(head)), false);
    }

    /** A column for programs, of what people see as a mark. */
    static Column ofPrograms(String head) {
      return new Column(head, true, 0, true);
    }
  }

  private final PrintStream out;
  private final Format format;
  private final List<Column> columns;

  ResultTable(PrintStream out, Format format, List<Column> columns) {
    this.out = out;
    this.format = format;
    this.columns = columns;
  }

  /** A text with a mark, for people; programs find what it means in a column of its own. */
  String marked(String text, boolean mark) {
    return mark && format != Format.CSV ? text + " ~" : text;
  }

  /** A table in columns. */
  ResultTable(PrintStream out, List<Column> columns) {
    this(out, Format.TEXT, columns);
  }

  /** Writes the headings. */
  void head() {
    row(columns.stream().map(Column::head).toArray());
    if (format == Format.MARKDOWN) {
      out.println(
          columns.stream()
              .filter(this::isWritten)
              .map(column -> column.left() ? "---|" : "---:|")
              .collect(Collectors.joining("", "|", "")));
    }
  }

  /** Writes a row, with a cell for each column. */
  void row(Object... cells) {
    Stream<String> texts =
        IntStream.range(0, cells.length)
            .filter(i -> isWritten(columns.get(i)))
            .mapToObj(i -> written(columns.get(i), String.valueOf(cells[i])));
    out.println(
        switch (format) {
          case TEXT -> texts.collect(Collectors.joining("  ")).stripTrailing();
          case CSV -> texts.collect(Collectors.joining(","));
          case MARKDOWN -> texts.collect(Collectors.joining(" | ", "| ", " |"));
        });
    out.flush();
  }

  private boolean isWritten(Column column) {
    return format == Format.CSV || !column.ofPrograms();
  }

  private String written(Column column, String text) {
    return switch (format) {
      case TEXT -> padded(column, text);
      case CSV -> csv(text);
      case MARKDOWN -> text.replace("|", "\\|");
    };
  }

  private static String padded(Column column, String text) {
    String blanks = " ".repeat(Math.max(0, column.width() - width(text)));
    return column.left() ? text + blanks : blanks + text;
  }

  private static String csv(String text) {
    return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  /** How many places a terminal gives a text. */
  static int width(String text) {
    return text.codePoints().map(ResultTable::width).sum();
  }

  private static int width(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(codePoint) ? 2 : 1;
    };
  }

  /** Whether it is a character of East Asia or a picture. */
  private static boolean isWide(int codePoint) {
    return Character.isIdeographic(codePoint)
        || codePoint >= 0x1100 && codePoint <= 0x115f // Hangul
        || codePoint >= 0x3000 && codePoint <= 0x30ff // punctuation, Hiragana, Katakana
        || codePoint >= 0xac00 && codePoint <= 0xd7a3 // Hangul
        || codePoint >= 0xff01 && codePoint <= 0xff60 // full-width Latin
        || codePoint >= 0x1f300 && codePoint <= 0x1faff;
  }
}
