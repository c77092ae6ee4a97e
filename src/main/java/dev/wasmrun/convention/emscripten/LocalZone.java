package dev.wasmrun.convention.emscripten;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TimeZone;

/**
 * A program's time zone: when which offset from UTC is in effect, and what that is called.
 *
 * @param standardName what standard time is called
 * @param daylightName what daylight saving time is called; where there is none, as standard time
 */
record LocalZone(ZoneRules rules, String standardName, String daylightName) {
  private static final Path SYSTEM_ZONES = Path.of("/usr/share/zoneinfo");

  static final LocalZone UTC = new LocalZone(ZoneOffset.UTC.getRules(), "UTC", "UTC");

  /**
   * The zone that a variable TZ asks for: {@code Europe/Berlin}, perhaps with a colon before it, or
   * {@code CET-1CEST,M3.5.0,M10.5.0/3} as POSIX has it. One that nobody knows is UTC, as it is to
   * other C libraries.
   *
   * @param variable null for the host's
   */
  static LocalZone of(String variable) {
    if (variable == null) {
      return named(ZoneId.systemDefault());
    }
    String name = variable.startsWith(":") ? variable.substring(1) : variable;
    try {
      if (!name.isEmpty() && ZoneId.getAvailableZoneIds().contains(name)) {
        return named(ZoneId.of(name));
      }
      return PosixZone.parse(name);
    } catch (DateTimeException e) {
      return UTC;
    }
  }

  private static LocalZone named(ZoneId zone) {
    ZoneRules rules = zone.getRules();
    boolean saves = rules.nextTransition(Instant.now()) != null;
    Optional<LocalZone> known = knownHere(zone.getId());
    String standard = known.map(LocalZone::standardName).orElseGet(() -> name(zone, false));
    String daylight = known.map(LocalZone::daylightName).orElseGet(() -> name(zone, true));
    return new LocalZone(rules, standard, saves ? daylight : standard);
  }

  /**
   * A zone as the system's C library knows it: its file ends in what POSIX writes, where the names
   * are. Java has others for zones whose usual name is a number.
   */
  private static Optional<LocalZone> knownHere(String id) {
    try {
      byte[] file = Files.readAllBytes(SYSTEM_ZONES.resolve(id));
      List<String> lines = new String(file, StandardCharsets.ISO_8859_1).lines().toList();
      return Optional.of(PosixZone.parse(lines.get(lines.size() - 1)));
    } catch (IOException | DateTimeException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static String name(ZoneId zone, boolean daylight) {
    return TimeZone.getTimeZone(zone).getDisplayName(daylight, TimeZone.SHORT, Locale.US);
  }

  /** Seconds from local standard time to UTC, positive in the west. */
  int secondsWest(Instant now) {
    return -rules.getStandardOffset(now).getTotalSeconds();
  }

  /** Whether daylight saving time is in use, at another time of the year if not now. */
  boolean savesDaylight(Instant now) {
    ZoneOffsetTransition next = rules.nextTransition(now);
    return rules.isDaylightSavings(now)
        || next != null && rules.isDaylightSavings(next.getInstant());
  }

  String name(boolean daylight) {
    return daylight ? daylightName : standardName;
  }

  /** The fields of a moment, in seconds since 1970; beyond what a calendar has, of its limit. */
  TimeFields fields(long seconds) {
    Instant moment = Instant.ofEpochSecond(clamped(seconds));
    ZoneOffset offset = rules.getOffset(moment);
    LocalDateTime local = LocalDateTime.ofEpochSecond(moment.getEpochSecond(), 0, offset);
    return TimeFields.of(local, offset, rules.isDaylightSavings(moment));
  }

  private static long clamped(long seconds) {
    long day = 24 * 60 * 60;
    long last = LocalDateTime.MAX.toEpochSecond(ZoneOffset.UTC) - day;
    long first = LocalDateTime.MIN.toEpochSecond(ZoneOffset.UTC) + day;
    return Math.max(first, Math.min(last, seconds));
  }

  /**
   * The moment that fields say, in seconds since 1970. Where clocks are set back, and where {@code
   * tm_isdst} contradicts the date, that decides; a time that clocks skip is taken as if they had
   * not been set yet.
   *
   * @throws DateTimeException if a calendar does not reach as far
   */
  long seconds(TimeFields fields) {
    LocalDateTime local = fields.local();
    List<ZoneOffset> offsets = rules.getValidOffsets(local);
    ZoneOffset offset =
        offsets.isEmpty() ? rules.getTransition(local).getOffsetBefore() : offsets.get(0);
    long moment = local.toEpochSecond(offset);
    boolean daylight = rules.isDaylightSavings(Instant.ofEpochSecond(moment));
    if (!offsets.isEmpty() && (fields.daylight() < 0 || daylight == fields.daylight() > 0)) {
      return moment;
    }
    return fields.daylight() < 0 ? moment : local.toEpochSecond(other(local, offset, fields));
  }

  /** The offset that would be in effect if {@code tm_isdst} were right about a local time. */
  private ZoneOffset other(LocalDateTime local, ZoneOffset offset, TimeFields fields) {
    boolean wanted = fields.daylight() > 0;
    Instant near = local.toInstant(offset);
    if (rules.isDaylightSavings(near) == wanted) {
      return offset;
    }
    for (ZoneOffsetTransition change :
        new ZoneOffsetTransition[] {
          rules.previousTransition(near.plusSeconds(1)), rules.nextTransition(near)
        }) {
      if (change != null) {
        for (Instant side : List.of(change.getInstant().minusSeconds(1), change.getInstant())) {
          if (rules.isDaylightSavings(side) == wanted) {
            return rules.getOffset(side);
          }
        }
      }
    }
    return offset; // this zone has no such time
  }
}
