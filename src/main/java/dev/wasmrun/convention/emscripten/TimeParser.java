package dev.wasmrun.convention.emscripten;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What C's {@code strptime} reads in the C locale: the fields that a format asks for; the others
 * stay. From a year and a day of it follow the day of the week and the rest of the date, as in
 * GNU's C library.
 *
 * <p>Used once.
 */
final class TimeParser {
  private static final int UNKNOWN = TextScanner.NONE;
  private static final int FIRST_YEAR_OF_19 = 69;

  private final TextScanner text;
  private final LocalZone zone;

  private int second;
  private int minute;
  private int hour;
  private int day;
  private int month;
  private int year;
  private int weekday;
  private int yearDay;
  private int daylight;
  private int offset;

  private int century = UNKNOWN;
  private int yearOfCentury = UNKNOWN;
  private int hourOfHalfDay = UNKNOWN;
  private int halfDay = UNKNOWN;
  private int weekFromSunday = UNKNOWN;
  private int weekFromMonday = UNKNOWN;
  private boolean hasYear;
  private boolean hasMonth;
  private boolean hasDay;
  private boolean hasYearDay;
  private boolean hasWeekday;

  /**
   * Creates a parser.
   *
   * @param before the fields as they are before
   * @param zone what local time is
   */
  TimeParser(String text, TimeFields before, LocalZone zone) {
    this.text = new TextScanner(text);
    this.zone = zone;
    take(before);
  }

  private void take(TimeFields fields) {
    second = fields.second();
    minute = fields.minute();
    hour = fields.hour();
    day = fields.day();
    month = fields.month();
    year = fields.year();
    weekday = fields.weekday();
    yearDay = fields.yearDay();
    daylight = fields.daylight();
    offset = fields.offset();
  }

  /** Reads by a format; how many characters of the text, or -1 if it does not fit. */
  int read(String format) {
    if (!matches(format)) {
      return -1;
    }
    complete();
    return text.position();
  }

  /** What was read. */
  TimeFields fields() {
    return new TimeFields(
        second, minute, hour, day, month, year, weekday, yearDay, daylight, offset);
  }

  private boolean matches(String format) {
    for (int i = 0; i < format.length(); i++) {
      char next = format.charAt(i);
      if (TextScanner.isSpace(next)) {
        text.skipSpace();
      } else if (next != '%' || i + 1 == format.length()) {
        if (!text.reads(next)) {
          return false;
        }
      } else {
        i++;
        while (i + 1 < format.length() && "EO_-0^#".indexOf(format.charAt(i)) >= 0) {
          i++;
        }
        if (!converts(format.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean converts(char letter) {
    return switch (letter) {
      case '%' -> text.reads('%');
      case 'n', 't' -> {
        text.skipSpace();
        yield true;
      }
      case 'a', 'A' -> {
        weekday = text.name(TimeText.DAYS);
        hasWeekday = true;
        yield weekday >= 0;
      }
      case 'b', 'B', 'h' -> {
        month = text.name(TimeText.MONTHS);
        hasMonth = true;
        yield month >= 0;
      }
      case 'c' -> matches(TimeText.DATE_AND_TIME);
      case 'D', 'x' -> matches(TimeText.DATE);
      case 'F' -> matches(TimeText.ISO_DATE);
      case 'r' -> matches(TimeText.TIME_OF_HALF_DAY);
      case 'R' -> matches(TimeText.MINUTES);
      case 'T', 'X' -> matches(TimeText.TIME);
      case 'p', 'P' -> {
        halfDay = text.name(List.of("AM", "PM"));
        yield halfDay >= 0;
      }
      case 's' -> moment();
      case 'Z' -> zoneName();
      case 'z' -> offset();
      default -> numbers(letter);
    };
  }

  private boolean numbers(char letter) {
    int value =
        switch (letter) {
          case 'C', 'y', 'g' -> text.number(0, 99, 2);
          case 'd', 'e' -> text.number(1, 31, 2);
          case 'G', 'Y' -> text.number(0, 9999, 4);
          case 'H', 'k' -> text.number(0, 23, 2);
          case 'I', 'l' -> text.number(1, 12, 2);
          case 'j' -> text.number(1, 366, 3);
          case 'm' -> text.number(1, 12, 2);
          case 'M' -> text.number(0, 59, 2);
          case 'S' -> text.number(0, 61, 2);
          case 'u' -> text.number(1, 7, 1);
          case 'U', 'V', 'W' -> text.number(0, 53, 2);
          case 'w' -> text.number(0, 6, 1);
          default -> UNKNOWN;
        };
    if (value == UNKNOWN) {
      return false;
    }
    set(letter, value);
    return true;
  }

  private void set(char letter, int value) {
    switch (letter) {
      case 'C' -> century = value;
      case 'y' -> yearOfCentury = value;
      case 'd', 'e' -> {
        day = value;
        hasDay = true;
      }
      case 'Y' -> {
        year = value - TimeFields.YEAR_ZERO;
        hasYear = true;
        century = UNKNOWN;
        yearOfCentury = UNKNOWN;
      }
      case 'H', 'k' -> {
        hour = value;
        hourOfHalfDay = UNKNOWN;
      }
      case 'I', 'l' -> hourOfHalfDay = value % 12;
      case 'j' -> {
        yearDay = value - 1;
        hasYearDay = true;
      }
      case 'm' -> {
        month = value - 1;
        hasMonth = true;
      }
      case 'M' -> minute = value;
      case 'S' -> second = value;
      case 'u', 'w' -> {
        weekday = value % 7;
        hasWeekday = true;
      }
      case 'U' -> weekFromSunday = value;
      case 'W' -> weekFromMonday = value;
      default -> {} // the year and the week of ISO are read and not used
    }
  }

  /** What follows from what was read. */
  private void complete() {
    if (hourOfHalfDay != UNKNOWN) {
      hour = hourOfHalfDay + (halfDay == 1 ? 12 : 0);
    }
    if (yearOfCentury != UNKNOWN || century != UNKNOWN) {
      int of = yearOfCentury == UNKNOWN ? 0 : yearOfCentury;
      int hundreds = century != UNKNOWN ? century : of < FIRST_YEAR_OF_19 ? 20 : 19;
      year = hundreds * 100 + of - TimeFields.YEAR_ZERO;
      hasYear = true;
    }
    try {
      completeDate();
    } catch (DateTimeException e) {
      // 30 February: what was read stays as it is
    }
  }

  private void completeDate() {
    LocalDate date = null;
    int fullYear = TimeFields.YEAR_ZERO + year;
    if (hasMonth && hasDay) {
      date = LocalDate.of(fullYear, month + 1, day);
    } else if (hasYearDay && hasYear) {
      date = LocalDate.ofYearDay(fullYear, yearDay + 1);
    } else if (hasYear && hasWeekday && weekFromSunday != UNKNOWN) {
      date = inWeek(LocalDate.of(fullYear, 1, 1), weekFromSunday, 0);
    } else if (hasYear && hasWeekday && weekFromMonday != UNKNOWN) {
      date = inWeek(LocalDate.of(fullYear, 1, 1), weekFromMonday, 1);
    }
    if (date != null) {
      TimeFields all = TimeFields.of(date.atStartOfDay(), ZoneOffset.UTC, false);
      day = all.day();
      month = all.month();
      weekday = all.weekday();
      yearDay = all.yearDay();
    }
  }

  private LocalDate inWeek(LocalDate newYear, int week, int firstDay) {
    int first = Math.floorMod(newYear.getDayOfWeek().getValue() % 7 - firstDay, 7);
    int inWeek = Math.floorMod(weekday - firstDay, 7);
    return newYear.plusDays(Math.floorMod(7 - first, 7) + (week - 1) * 7L + inWeek);
  }

  /** {@code %s}: seconds since 1970. */
  private boolean moment() {
    long seconds = text.seconds();
    if (seconds >= 0) {
      take(zone.fields(seconds));
    }
    return seconds >= 0;
  }

  /** A name of a zone is read and not used. */
  private boolean zoneName() {
    while (text.startsWithLetter()) {
      text.skip();
    }
    return true;
  }

  /** {@code +hh}, {@code +hhmm}, {@code +hh:mm} or {@code Z}. */
  private boolean offset() {
    text.skipSpace();
    if (text.reads('Z')) {
      offset = 0;
      return true;
    }
    boolean west = text.reads('-');
    if (!west && !text.reads('+')) {
      return false;
    }
    int hours = text.number(0, 24, 2);
    text.reads(':');
    int minutes = text.startsWithDigit() ? text.number(0, 59, 2) : 0;
    if (hours == UNKNOWN || minutes == UNKNOWN) {
      return false;
    }
    offset = (west ? -1 : 1) * (hours * 60 + minutes) * 60;
    daylight = 0;
    return true;
  }
}
