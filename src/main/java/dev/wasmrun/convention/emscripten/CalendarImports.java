package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.ofVoid;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.Year;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The imports by which the C library asks for dates. Its time zone is that of the variable TZ with
 * which the program was started, or else the host's; that a program sets TZ itself is not seen
 * here.
 *
 * <pre>
 *                  releases with a time_t of 32 bits     of 64 bits, in one piece or in halves
 *   _gmtime_js     (time: ptr, tm: ptr)                  (time: i64, tm: ptr)
 *   _localtime_js  (time: ptr, tm: ptr)                  (time: i64, tm: ptr)
 *   _mktime_js     (tm: ptr) -> i32                      (tm: ptr) -> i64
 *   _timegm_js     (tm: ptr) -> i32                      (tm: ptr) -> i64
 *   _tzset_js      (west: ptr, daylight: ptr, names: ptr)   (…, standard: ptr, daylight: ptr)
 *   strftime       (into: ptr, most: i32, format: ptr, tm: ptr) -> i32
 *   strptime       (text: ptr, format: ptr, tm: ptr) -> ptr
 * </pre>
 */
final class CalendarImports {
  /** The room that a program has for the name of a zone, with the NUL. */
  private static final int LONGEST_NAME = 17;

  private static final int LENGTH_OF_ASCTIME = 26;
  private static final long LOW_HALF = 0xFFFF_FFFFL;
  private static final String GMTIME = "_gmtime_js";
  private static final String LOCALTIME = "_localtime_js";

  private final GuestModule module;
  private final ThrowImports results;
  private final LocalZone zone;
  private final boolean narrow;

  /** The addresses of the names of standard time and of daylight saving time; 0 before tzset. */
  private volatile int[] names = {0, 0};

  /**
   * Creates the imports.
   *
   * @param results takes the upper half of a 64-bit result
   * @param zone the program's time zone
   * @param narrow whether a time_t has 32 bits
   */
  CalendarImports(GuestModule module, ThrowImports results, LocalZone zone, boolean narrow) {
    this.module = module;
    this.results = results;
    this.zone = zone;
    this.narrow = narrow;
  }

  Map<String, Import> all() {
    var imports = new HashMap<String, Import>();
    imports.put(GMTIME, ofVoid(2, (caller, args) -> expand(caller, GMTIME, LocalZone.UTC, args)));
    imports.put(LOCALTIME, ofVoid(2, (caller, args) -> expand(caller, LOCALTIME, zone, args)));
    imports.put(
        "_mktime_js", new Import(1, (caller, args) -> seconds(caller, zone, (int) args[0])));
    imports.put(
        "_timegm_js",
        new Import(1, (caller, args) -> seconds(caller, LocalZone.UTC, (int) args[0])));
    imports.put("_tzset_js", ofVoid(3, this::setZone));
    imports.put("strftime", new Import(4, this::format));
    imports.put("strftime_l", new Import(4, this::format));
    imports.put("strptime", new Import(3, this::parse));
    imports.put("strptime_l", new Import(3, this::parse));
    imports.put("__asctime_r", new Import(2, CalendarImports::line));
    imports.put(
        "difftime",
        new Import(2, (caller, args) -> Double.doubleToRawLongBits((int) args[0] - (int) args[1])));
    imports.put("dysize", new Import(1, (caller, args) -> Year.of((int) args[0]).length()));
    return imports;
  }

  private void expand(Guest caller, String name, LocalZone by, long[] args) {
    LinearMemory memory = caller.memory();
    List<ValueType> types = types(name);
    long seconds;
    if (types.size() > 2) {
      seconds = args[0] & LOW_HALF | args[1] << Integer.SIZE;
    } else {
      seconds = types.get(0) == ValueType.I64 ? args[0] : memory.getInt((int) args[0]);
    }
    by.fields(seconds).write(memory, (int) args[types.size() - 1]);
  }

  private List<ValueType> types(String name) {
    return module.imports().stream()
        .filter(item -> item.name().equals(name))
        .flatMap(item -> item.signature().stream())
        .map(Signature::params)
        .findFirst()
        .orElseThrow();
  }

  /** The moment of some fields, which are put in order; -1 beyond what a time_t holds. */
  private long seconds(Guest caller, LocalZone by, int at) {
    LinearMemory memory = caller.memory();
    long seconds;
    try {
      seconds = by.seconds(TimeFields.read(memory, at));
      if (narrow && seconds != (int) seconds) {
        return -1;
      }
      TimeFields fields = by.fields(seconds);
      fields.write(memory, at);
      if (by == zone) {
        TimeFields.setZoneName(memory, at, names[Math.max(0, fields.daylight())]);
      }
    } catch (DateTimeException e) {
      seconds = -1;
    }
    results.secondResult(caller, (int) (seconds >> Integer.SIZE));
    return seconds;
  }

  private synchronized void setZone(Guest caller, long[] args) {
    LinearMemory memory = caller.memory();
    Instant now = Instant.now();
    memory.setInt((int) args[0], zone.secondsWest(now));
    memory.setInt((int) args[1], zone.savesDaylight(now) ? 1 : 0);
    if (args.length > 3) {
      names = new int[] {(int) args[2], (int) args[3]};
      write(memory, names[0], name(false));
      write(memory, names[1], name(true));
      return;
    }
    if (names[0] == 0) {
      names = new int[] {allocate(caller, name(false)), allocate(caller, name(true))};
    }
    memory.setInt((int) args[2], names[0]);
    memory.setInt((int) args[2] + Integer.BYTES, names[1]);
  }

  private byte[] name(boolean daylight) {
    String name = zone.name(daylight);
    String fitting = name.substring(0, Math.min(name.length(), LONGEST_NAME - 1));
    return (fitting + '\0').getBytes(StandardCharsets.ISO_8859_1);
  }

  private static int allocate(Guest caller, byte[] text) {
    int at = (int) ExportCalls.required(caller, Names.MALLOC, text.length)[0];
    if (at != 0) {
      write(caller.memory(), at, text);
    }
    return at;
  }

  private static void write(LinearMemory memory, int at, byte[] text) {
    memory.write(at, text, 0, text.length);
  }

  /** Writes a time by a format; how many bytes without the NUL, or 0 if there is no room. */
  private long format(Guest caller, long[] args) {
    LinearMemory memory = caller.memory();
    TimeFields fields = TimeFields.read(memory, (int) args[3]);
    int zoneName = TimeFields.zoneName(memory, (int) args[3]);
    var text = new TimeText(fields, zoneName == 0 ? "" : EndImports.bytes(memory, zoneName), zone);
    byte[] bytes =
        text.by(EndImports.bytes(memory, (int) args[2])).getBytes(StandardCharsets.ISO_8859_1);
    if (Integer.compareUnsigned(bytes.length, (int) args[1]) >= 0) {
      return 0;
    }
    write(memory, (int) args[0], bytes);
    memory.setByte((int) args[0] + bytes.length, (byte) 0);
    return bytes.length;
  }

  /** Reads a time by a format; the address of what follows it, or 0 if it does not fit. */
  private long parse(Guest caller, long[] args) {
    LinearMemory memory = caller.memory();
    int at = (int) args[2];
    var parser =
        new TimeParser(EndImports.bytes(memory, (int) args[0]), TimeFields.read(memory, at), zone);
    int read = parser.read(EndImports.bytes(memory, (int) args[1]));
    if (read < 0) {
      return 0;
    }
    parser.fields().write(memory, at);
    return args[0] + read;
  }

  /** The line of {@code asctime}. */
  private static long line(Guest caller, long[] args) {
    LinearMemory memory = caller.memory();
    TimeFields fields = TimeFields.read(memory, (int) args[0]);
    String line = new TimeText(fields, "", LocalZone.UTC).by(TimeText.DATE_AND_TIME + "\n");
    String fitting = line.substring(0, Math.min(line.length(), LENGTH_OF_ASCTIME - 1));
    write(memory, (int) args[1], (fitting + '\0').getBytes(StandardCharsets.ISO_8859_1));
    return args[1];
  }
}
