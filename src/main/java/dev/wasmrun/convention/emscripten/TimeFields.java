package dev.wasmrun.convention.emscripten;

import dev.wasmrun.memory.LinearMemory;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * C's {@code struct tm}, all of whose fields are 32 bits wide.
 *
 * <pre>
 *   0 sec  4 min  8 hour  12 day of the month, from 1  16 month, from 0  20 year less 1900
 *   24 day of the week, from Sunday = 0  28 day of the year, from 0  32 isdst
 *   36 offset from UTC in seconds, eastwards  40 address of the zone's name             44 bytes
 * </pre>
 *
 * @param daylight {@code tm_isdst}: whether daylight saving time is in effect; negative if that is
 *     not known
 */
record TimeFields(
    int second,
    int minute,
    int hour,
    int day,
    int month,
    int year,
    int weekday,
    int yearDay,
    int daylight,
    int offset) {

  static final int YEAR_ZERO = 1900;

  private static final int SECOND = 0;
  private static final int MINUTE = 4;
  private static final int HOUR = 8;
  private static final int DAY = 12;
  private static final int MONTH = 16;
  private static final int YEAR = 20;
  private static final int WEEKDAY = 24;
  private static final int YEAR_DAY = 28;
  private static final int DAYLIGHT = 32;
  private static final int OFFSET = 36;
  private static final int ZONE_NAME = 40;

  private static final int DAYS_OF_A_WEEK = 7;

  static TimeFields read(LinearMemory memory, int at) {
    return new TimeFields(
        memory.getInt(at + SECOND),
        memory.getInt(at + MINUTE),
        memory.getInt(at + HOUR),
        memory.getInt(at + DAY),
        memory.getInt(at + MONTH),
        memory.getInt(at + YEAR),
        memory.getInt(at + WEEKDAY),
        memory.getInt(at + YEAR_DAY),
        memory.getInt(at + DAYLIGHT),
        memory.getInt(at + OFFSET));
  }

  /** The fields of a moment in local time. */
  static TimeFields of(LocalDateTime time, ZoneOffset offset, boolean daylight) {
    return new TimeFields(
        time.getSecond(),
        time.getMinute(),
        time.getHour(),
        time.getDayOfMonth(),
        time.getMonthValue() - 1,
        time.getYear() - YEAR_ZERO,
        time.getDayOfWeek().getValue() % DAYS_OF_A_WEEK,
        time.getDayOfYear() - 1,
        daylight ? 1 : 0,
        offset.getTotalSeconds());
  }

  void write(LinearMemory memory, int at) {
    memory.setInt(at + SECOND, second);
    memory.setInt(at + MINUTE, minute);
    memory.setInt(at + HOUR, hour);
    memory.setInt(at + DAY, day);
    memory.setInt(at + MONTH, month);
    memory.setInt(at + YEAR, year);
    memory.setInt(at + WEEKDAY, weekday);
    memory.setInt(at + YEAR_DAY, yearDay);
    memory.setInt(at + DAYLIGHT, daylight);
    memory.setInt(at + OFFSET, offset);
  }

  /** The address of the zone's name; 0 if there is none. */
  static int zoneName(LinearMemory memory, int at) {
    return memory.getInt(at + ZONE_NAME);
  }

  static void setZoneName(LinearMemory memory, int at, int name) {
    memory.setInt(at + ZONE_NAME, name);
  }

  /**
   * The local time that the fields say, by which month 12 is January of the next year and so on.
   *
   * @throws java.time.DateTimeException if its year has more than nine digits
   */
  LocalDateTime local() {
    return LocalDateTime.of(YEAR_ZERO, 1, 1, 0, 0)
        .plusYears(year)
        .plusMonths(month)
        .plusDays(day - 1L)
        .plusHours(hour)
        .plusMinutes(minute)
        .plusSeconds(second);
  }
}
