package dev.wasmrun.convention.emscripten;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneOffsetTransitionRule;
import java.time.zone.ZoneOffsetTransitionRule.TimeDefinition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time zone as POSIX writes it into the variable TZ: {@code CET-1CEST,M3.5.0,M10.5.0/3}, which is
 * standard time, its offset west of UTC, and, where there is daylight saving time, its name,
 * offset, and when it begins and ends.
 */
final class PosixZone {
  private static final String NAME = "([A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)";
  private static final String TIME = "([+-]?\\d{1,3}(?::\\d{1,2}){0,2})";
  private static final String DATE = "([^,/]+)(?:/" + TIME + ")?";
  private static final Pattern ZONE =
      Pattern.compile(NAME + TIME + "(?:" + NAME + TIME + "?(?:," + DATE + "," + DATE + ")?)?");
  private static final Pattern WEEKDAY = Pattern.compile("M(\\d{1,2})\\.([1-5])\\.([0-6])");

  /** What is in use where the text says nothing, in the USA. */
  private static final String USUAL_START = "M3.2.0";

  private static final String USUAL_END = "M11.1.0";
  private static final int USUAL_HOUR = 2 * 60 * 60;
  private static final int HOUR = 60 * 60;
  private static final int DAY = 24 * HOUR;
  private static final int LAST_WEEK = 5;

  private PosixZone() {}

  /**
   * Parses a zone.
   *
   * @throws DateTimeException if this is none
   */
  static LocalZone parse(String text) {
    Matcher zone = ZONE.matcher(text);
    if (!zone.matches()) {
      throw new DateTimeException("no zone of POSIX: " + text);
    }
    String standard = bare(zone.group(1));
    ZoneOffset offset = offset(-seconds(zone.group(2)));
    if (zone.group(3) == null) {
      return new LocalZone(offset.getRules(), standard, standard);
    }
    ZoneOffset saving =
        zone.group(4) == null
            ? offset(offset.getTotalSeconds() + HOUR)
            : offset(-seconds(zone.group(4)));
    boolean usual = zone.group(5) == null;
    var start =
        rule(usual ? USUAL_START : zone.group(5), time(zone.group(6)), offset, offset, saving);
    var end = rule(usual ? USUAL_END : zone.group(7), time(zone.group(8)), offset, saving, offset);
    // A change long ago from which on the two rules count.
    var before =
        ZoneOffsetTransition.of(LocalDateTime.of(1, 1, 1, 0, 0), offset, differing(offset));
    var after = ZoneOffsetTransition.of(LocalDateTime.of(1, 1, 2, 0, 0), differing(offset), offset);
    var rules =
        ZoneRules.of(offset, offset, List.of(), List.of(before, after), List.of(start, end));
    return new LocalZone(rules, standard, bare(zone.group(3)));
  }

  private static ZoneOffset differing(ZoneOffset offset) {
    return ZoneOffset.ofTotalSeconds(offset.getTotalSeconds() == 0 ? HOUR : 0);
  }

  private static ZoneOffsetTransitionRule rule(
      String date, int time, ZoneOffset standard, ZoneOffset before, ZoneOffset after) {
    int days = Math.floorDiv(time, DAY);
    LocalTime clock = LocalTime.ofSecondOfDay(Math.floorMod(time, DAY));
    Matcher weekday = WEEKDAY.matcher(date);
    if (weekday.matches()) {
      Month month = Month.of(Integer.parseInt(weekday.group(1)));
      int week = Integer.parseInt(weekday.group(2));
      int number = Integer.parseInt(weekday.group(3));
      DayOfWeek day = DayOfWeek.of(number == 0 ? DayOfWeek.SUNDAY.getValue() : number);
      int earliest = week == LAST_WEEK ? -1 : 1 + (week - 1) * 7;
      return ZoneOffsetTransitionRule.of(
          month,
          shifted(earliest, days),
          day.plus(days),
          clock,
          false,
          TimeDefinition.WALL,
          standard,
          before,
          after);
    }
    var on = dayOfYear(date).plusDays(days);
    return ZoneOffsetTransitionRule.of(
        on.getMonth(),
        on.getDayOfMonth(),
        null,
        clock,
        false,
        TimeDefinition.WALL,
        standard,
        before,
        after);
  }

  /** A day of the month that counts from its end, as -1, cannot be moved beyond that. */
  private static int shifted(int day, int days) {
    return day < 0 ? Math.min(-1, day + days) : Math.max(1, day + days);
  }

  /** {@code Jn}, the n-th day of a year without 29 February, or {@code n}, counted from 0. */
  private static LocalDateTime dayOfYear(String date) {
    try {
      boolean julian = date.startsWith("J");
      int day = Integer.parseInt(julian ? date.substring(1) : date) + (julian ? -1 : 0);
      if (day < 0 || day > 365) {
        throw new DateTimeException("no day of a year: " + date);
      }
      return LocalDateTime.of(2023, 1, 1, 0, 0).plusDays(Math.min(day, 364));
    } catch (NumberFormatException e) {
      throw new DateTimeException("no date of a zone: " + date, e);
    }
  }

  private static int time(String text) {
    return text == null ? USUAL_HOUR : seconds(text);
  }

  private static ZoneOffset offset(int seconds) {
    return ZoneOffset.ofTotalSeconds(seconds);
  }

  /** {@code [+-]hh[:mm[:ss]]} in seconds. */
  private static int seconds(String text) {
    int seconds = 0;
    int unit = HOUR;
    for (String part : text.replaceFirst("^[+-]", "").split(":")) {
      seconds += Integer.parseInt(part) * unit;
      unit /= 60;
    }
    return text.startsWith("-") ? -seconds : seconds;
  }

  private static String bare(String name) {
    return name.startsWith("<") ? name.substring(1, name.length() - 1) : name;
  }
}
