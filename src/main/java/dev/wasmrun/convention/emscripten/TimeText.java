package dev.wasmrun.convention.emscripten;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Locale;

/**
 * What C's {@code strftime} makes of a time in the C locale, with the paddings and widths of GNU's
 * ({@code %-d}, {@code %_5Y}). A conversion that there is none of is copied.
 */
final class TimeText {
  static final List<String> DAYS =
      List.of("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");
  static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");

  /** What conversions that combine others stand for. */
  static final String DATE_AND_TIME = format("a b e H:M:S Y");

  static final String DATE = format("m/d/y");
  static final String ISO_DATE = format("Y-m-d");
  static final String TIME = format("H:M:S");
  static final String TIME_OF_HALF_DAY = format("I:M:S p");
  static final String MINUTES = format("H:M");

  private static final String FLAGS = "_-0^#+";
  private static final int LONGEST = 1024;

  private final TimeFields fields;
  private final String zoneName;
  private final LocalZone zone;

  /**
   * Creates the text of a time.
   *
   * @param zoneName what its zone is called
   * @param zone tells which moment it is
   */
  TimeText(TimeFields fields, String zoneName, LocalZone zone) {
    this.fields = fields;
    this.zoneName = zoneName;
    this.zone = zone;
  }

  /** A format of these conversions. */
  private static String format(String conversions) {
    return conversions.replaceAll("[A-Za-z]", "%$0");
  }

  /** One conversion of a format: {@code %}, flags, a width, a modifier and its letter. */
  private record Conversion(String text, char flag, boolean upper, int width, char letter) {}

  /** The text by a format. */
  String by(String format) {
    var text = new StringBuilder();
    int at = 0;
    while (at < format.length()) {
      char next = format.charAt(at);
      if (next != '%') {
        text.append(next);
        at++;
        continue;
      }
      Conversion conversion = conversion(format, at);
      text.append(padded(conversion));
      at += conversion.text().length();
    }
    return text.toString();
  }

  private static Conversion conversion(String format, int from) {
    int at = from + 1;
    char flag = 0;
    boolean upper = false;
    while (at < format.length() && FLAGS.indexOf(format.charAt(at)) >= 0) {
      if (format.charAt(at) == '^') {
        upper = true;
      } else {
        flag = format.charAt(at);
      }
      at++;
    }
    int width = 0;
    while (at < format.length() && Character.digit(format.charAt(at), 10) >= 0) {
      width = Math.min(LONGEST, width * 10 + Character.digit(format.charAt(at++), 10));
    }
    if (at < format.length() && (format.charAt(at) == 'E' || format.charAt(at) == 'O')) {
      at++;
    }
    boolean ended = at >= format.length();
    String text = format.substring(from, ended ? at : at + 1);
    return new Conversion(text, flag, upper, width, ended ? 0 : format.charAt(at));
  }

  private String padded(Conversion conversion) {
    String text = converted(conversion);
    if (conversion.upper()) {
      text = text.toUpperCase(Locale.ROOT);
    }
    char pad = conversion.flag() == '0' || conversion.flag() == '+' ? '0' : ' ';
    return text.length() >= conversion.width()
        ? text
        : String.valueOf(pad).repeat(conversion.width() - text.length()) + text;
  }

  private String converted(Conversion conversion) {
    return switch (conversion.letter()) {
      case 'a' -> name(DAYS, fields.weekday(), 3);
      case 'A' -> name(DAYS, fields.weekday(), Integer.MAX_VALUE);
      case 'b', 'h' -> name(MONTHS, fields.month(), 3);
      case 'B' -> name(MONTHS, fields.month(), Integer.MAX_VALUE);
      case 'c' -> by(DATE_AND_TIME);
      case 'D', 'x' -> by(DATE);
      case 'F' -> by(ISO_DATE);
      case 'r' -> by(TIME_OF_HALF_DAY);
      case 'R' -> by(MINUTES);
      case 'T', 'X' -> by(TIME);
      case 'n' -> "\n";
      case 't' -> "\t";
      case '%' -> "%";
      case 'p' -> conversion.flag() == '#' ? halfDay().toLowerCase(Locale.ROOT) : halfDay();
      case 'P' -> halfDay().toLowerCase(Locale.ROOT);
      case 'Z' -> conversion.flag() == '#' ? zoneName.toLowerCase(Locale.ROOT) : zoneName;
      case 'z' -> offset();
      default -> number(conversion);
    };
  }

  private String number(Conversion conversion) {
    return switch (conversion.letter()) {
      case 'C' -> digits(conversion, '0', 2, Math.floorDiv(year(), 100));
      case 'd' -> digits(conversion, '0', 2, fields.day());
      case 'e' -> digits(conversion, ' ', 2, fields.day());
      case 'g' -> digits(conversion, '0', 2, Math.floorMod(weekYear(), 100));
      case 'G' -> digits(conversion, '0', 1, weekYear());
      case 'H' -> digits(conversion, '0', 2, fields.hour());
      case 'k' -> digits(conversion, ' ', 2, fields.hour());
      case 'I' -> digits(conversion, '0', 2, hourOfHalfDay());
      case 'l' -> digits(conversion, ' ', 2, hourOfHalfDay());
      case 'j' -> digits(conversion, '0', 3, fields.yearDay() + 1L);
      case 'm' -> digits(conversion, '0', 2, fields.month() + 1L);
      case 'M' -> digits(conversion, '0', 2, fields.minute());
      case 's' -> digits(conversion, '0', 1, seconds());
      case 'S' -> digits(conversion, '0', 2, fields.second());
      case 'u' -> digits(conversion, '0', 1, fields.weekday() == 0 ? 7 : fields.weekday());
      case 'U' -> digits(conversion, '0', 2, week(fields.weekday()));
      case 'V' -> digits(conversion, '0', 2, date().get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case 'w' -> digits(conversion, '0', 1, fields.weekday());
      case 'W' -> digits(conversion, '0', 2, week(Math.floorMod(fields.weekday() - 1, 7)));
      case 'y' -> digits(conversion, '0', 2, Math.floorMod(year(), 100));
      case 'Y' -> digits(conversion, '0', 1, year());
      default -> conversion.text();
    };
  }

  /** A number with as many digits as are usual, or with what a flag or a width asks for. */
  private static String digits(Conversion conversion, char usual, int least, long number) {
    char pad =
        switch (conversion.flag()) {
          case '_' -> ' ';
          case '0', '+' -> '0';
          default -> usual;
        };
    String digits = Long.toString(Math.abs(number));
    String sign = number < 0 ? "-" : "";
    if (conversion.flag() == '-') {
      return sign + digits;
    }
    int width = Math.max(least, conversion.width());
    String padding =
        String.valueOf(pad).repeat(Math.max(0, width - digits.length() - sign.length()));
    return pad == '0' ? sign + padding + digits : padding + sign + digits;
  }

  private static String name(List<String> names, int number, int most) {
    if (number < 0 || number >= names.size()) {
      return "?";
    }
    String name = names.get(number);
    return name.substring(0, Math.min(most, name.length()));
  }

  private long year() {
    return TimeFields.YEAR_ZERO + (long) fields.year();
  }

  private String halfDay() {
    return fields.hour() >= 12 ? "PM" : "AM";
  }

  private int hourOfHalfDay() {
    int hour = fields.hour() % 12;
    return hour == 0 ? 12 : hour;
  }

  /** The week of the year, of those that begin with some day of the week. */
  private int week(int daysSinceItBegan) {
    return (fields.yearDay() + 7 - daysSinceItBegan) / 7;
  }

  private LocalDate date() {
    return LocalDate.of((int) year(), 1, 1).plusDays(fields.yearDay());
  }

  private long weekYear() {
    return date().get(IsoFields.WEEK_BASED_YEAR);
  }

  private long seconds() {
    try {
      return zone.seconds(fields);
    } catch (DateTimeException e) {
      return -1;
    }
  }

  private String offset() {
    if (fields.daylight() < 0) {
      return "";
    }
    int minutes = Math.abs(fields.offset()) / 60;
    return String.format(
        Locale.ROOT, "%s%02d%02d", fields.offset() < 0 ? "-" : "+", minutes / 60, minutes % 60);
  }
}
