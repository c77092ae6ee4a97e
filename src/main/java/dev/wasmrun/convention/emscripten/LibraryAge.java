package dev.wasmrun.convention.emscripten;

import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import dev.wasmrun.module.ImportedItem.Kind;
import dev.wasmrun.module.ValueType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The age of a program's C library, as far as structures differ that it shares with its host. No
 * import tells it outright; those that have come and gone do.
 *
 * <pre>
 *                       until    3.1.15      3.1.41             today
 *   time_t                       32 bits     64 bits            64 bits
 *   struct stat                  padded      padded             packed
 *   __syscall_fstatat64          until 3.1.7
 *   time, clock, gettimeofday …  until 3.1.7
 *   setTempRet0                  until ───── 3.1.19
 *   emscripten_memcpy_big        until ─────────────── 3.1.45
 *   _mmap_js, its offset         32 bits     32 bits            64 bits, or two halves
 *   _gmtime_js, the time         by address  by address         by value, from 3.1.43
 * </pre>
 *
 * <p>Where two ages are possible, the one is chosen that lasted for more releases.
 */
enum LibraryAge {
  NARROW_TIMES(StatLayout.OF_3_1_6),
  PADDED_STATUS(StatLayout.OF_3_1_20),
  TODAY(StatLayout.TODAY);

  private static final Set<String> UNTIL_3_1_7 =
      Set.of(
          "__syscall_fstatat64",
          "__clock_gettime",
          "clock",
          "clock_gettime",
          "difftime",
          "gettimeofday",
          "time");
  private static final String UNTIL_3_1_19 = "setTempRet0";
  private static final String UNTIL_3_1_45 = "emscripten_memcpy_big";

  private static final String MAP = "_mmap_js";
  private static final int OFFSET = 4;
  private static final int PARAMETERS_WITH_HALVES = 8;
  private static final Set<String> OF_TIMES = Set.of("_gmtime_js", "_localtime_js");
  private static final int PARAMETERS_BY_ADDRESS = 2;

  private final StatLayout stat;

  LibraryAge(StatLayout stat) {
    this.stat = stat;
  }

  static LibraryAge of(GuestModule module) {
    Set<String> names =
        module.imports().stream().map(ImportedItem::name).collect(Collectors.toSet());
    if (names.stream().anyMatch(UNTIL_3_1_7::contains)) {
      return NARROW_TIMES;
    }
    if (module.imports().stream().anyMatch(LibraryAge::isOfToday)) {
      return TODAY;
    }
    if (names.contains(UNTIL_3_1_19)) {
      return NARROW_TIMES;
    }
    return names.contains(UNTIL_3_1_45) ? PADDED_STATUS : TODAY;
  }

  private static boolean isOfToday(ImportedItem item) {
    if (item.kind() != Kind.FUNCTION) {
      return false;
    }
    List<ValueType> types = item.signature().orElseThrow().params();
    if (item.name().equals(MAP)) {
      return types.size() == PARAMETERS_WITH_HALVES
          || types.size() > OFFSET && types.get(OFFSET) == ValueType.I64;
    }
    return OF_TIMES.contains(item.name())
        && (types.size() > PARAMETERS_BY_ADDRESS || types.get(0) == ValueType.I64);
  }

  /** Where the fields of {@code struct stat} lie. */
  StatLayout stat() {
    return stat;
  }
}
