package dev.wasmrun.check;

import java.util.ArrayList;
import java.util.List;

/**
 * What a check has found.
 *
 * @param races the data races, the first one found first
 * @param memoryErrors the accesses to memory that belonged to nobody, the first one found first
 * @param lockOrders the circles in which locks were taken
 */
public record Findings(
    List<RaceReport> races, List<MemoryReport> memoryErrors, List<LockReport> lockOrders) {

  /** Copies the lists. */
  public Findings {
    races = List.copyOf(races);
    memoryErrors = List.copyOf(memoryErrors);
    lockOrders = List.copyOf(lockOrders);
  }

  /** Whether nothing was found. */
  public boolean isEmpty() {
    return races.isEmpty() && memoryErrors.isEmpty() && lockOrders.isEmpty();
  }

  /** All reports as text; empty if there is none. */
  @Override
  public String toString() {
    var lines = new ArrayList<String>();
    races.forEach(race -> lines.addAll(race.lines()));
    memoryErrors.forEach(error -> lines.addAll(error.lines()));
    lockOrders.forEach(order -> lines.addAll(order.lines()));
    return String.join("\n", lines);
  }
}
