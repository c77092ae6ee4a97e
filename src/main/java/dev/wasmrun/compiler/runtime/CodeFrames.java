package dev.wasmrun.compiler.runtime;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which places of guests' code the frames of a Java stack trace stand for.
 *
 * <p>A class's line numbers index what is registered for it. Classes of the same name come from the
 * same module, and so have the same lines.
 */
public final class CodeFrames {
  private static final Map<String, WeakReference<Table>> TABLES = new ConcurrentHashMap<>();

  private CodeFrames() {}

  /**
   * What the line numbers of a class stand for.
   *
   * @param lines twice the address of what each stands for in the module's file, plus 1 if it is in
   *     a part of a function, whose frame is not one of the guest's own; or, negative, what {@code
   *     ~} makes the index of an imported function
   * @param functions the addresses at which the module's functions begin, in ascending order
   * @param imported how many functions come before those
   */
  public record Table(int[] lines, int[] functions, int imported) {}

  /** Makes the frames of a class known, as long as its table is reachable. */
  public static void register(String className, Table table) {
    TABLES.values().removeIf(reference -> reference.get() == null);
    TABLES.put(className, new WeakReference<>(table));
  }

  /**
   * A frame of generated code.
   *
   * @param function the index of the guest's function, imported ones counted
   * @param address where it is in the module's file; -1 for an imported function
   * @param part whether it is only a part of the guest's frame, the rest of which follows
   */
  public record Place(int function, int address, boolean part) {}

  /** The place that a frame stands for; null if it is none of a guest's functions. */
  public static Place of(StackTraceElement frame) {
    WeakReference<Table> known = TABLES.get(frame.getClassName());
    Table table = known == null ? null : known.get();
    int line = frame.getLineNumber();
    if (table == null || line < 1 || line > table.lines().length) {
      return null;
    }
    if (table.lines()[line - 1] < 0) {
      return new Place(~table.lines()[line - 1], -1, false);
    }
    int address = table.lines()[line - 1] >> 1;
    int found = Arrays.binarySearch(table.functions(), address);
    int defined = found >= 0 ? found : -found - 2;
    boolean part = (table.lines()[line - 1] & 1) == 1;
    return new Place(table.imported() + defined, address, part);
  }
}
