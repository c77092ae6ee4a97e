package dev.wasmrun.guest;

import com.dylibso.chicory.wasm.types.TableSection;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;

/**
 * How many elements a run lets the tables of an instance have, all tables together. An element
 * takes 8 bytes of the Java heap, in each instance.
 *
 * @param elements the limit: what a module declares above it is refused, and growth above it
 *     answers -1, as the runtime's own limit of 10,000,000 for one table does
 */
public record TableLimit(long elements) {
  /** As many as a module can have functions, so that each of them has room: 1,000,000. */
  public static final TableLimit DEFAULT = new TableLimit(1_000_000);

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public TableLimit {
    if (elements < 0) {
      throw new IllegalArgumentException("a table limit is not negative: " + elements);
    }
  }

  /**
   * Checks what a module declares.
   *
   * @throws LinkException if its tables begin with more elements than this
   */
  void check(GuestModule module) {
    TableSection tables = Executable.of(module).tableSection();
    long needed = 0;
    for (int i = 0; i < tables.tableCount(); i++) {
      needed += tables.getTable(i).limits().min();
    }
    if (needed > elements) {
      throw new LinkException(
          "cannot link %s: its tables need %s elements, --max-table allows %s"
              .formatted(module.name(), needed, elements));
    }
  }
}
