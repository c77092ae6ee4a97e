package dev.wasmrun.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a check has found.
 *
 * @param races the data races, the first one found first
 * @param memoryErrors the accesses to memory that belonged to nobody, the first one found first
 * @param lockMisuses the locks given back by threads that did not hold them, or destroyed while
 *     held
 * @param lockOrders the circles in which locks were taken
 */
public record Findings(
    List<RaceReport> races,
    List<MemoryReport> memoryErrors,
    List<MisuseReport> lockMisuses,
    List<LockReport> lockOrders) {

  /** Copies the lists. */
  public Findings {
    races = List.copyOf(races);
    memoryErrors = List.copyOf(memoryErrors);
    lockMisuses = List.copyOf(lockMisuses);
    lockOrders = List.copyOf(lockOrders);
  }

  /** Whether nothing was found. */
  public boolean isEmpty() {
    return races.isEmpty()
        && memoryErrors.isEmpty()
        && lockMisuses.isEmpty()
        && lockOrders.isEmpty();
  }

  /** All of them in one form: races, then errors with memory, then locks. */
  public List<Finding> all() {
    var all = new ArrayList<Finding>();
    races.forEach(race -> all.add(race.finding()));
    memoryErrors.forEach(error -> all.add(error.finding()));
    lockMisuses.forEach(misuse -> all.add(misuse.finding()));
    lockOrders.forEach(order -> all.add(order.finding()));
    return all;
  }

  /** Those that are wanted. */
  public Findings only(Predicate<Finding> wanted) {
    return new Findings(
        races.stream().filter(race -> wanted.test(race.finding())).toList(),
        memoryErrors.stream().filter(error -> wanted.test(error.finding())).toList(),
        lockMisuses.stream().filter(misuse -> wanted.test(misuse.finding())).toList(),
        lockOrders.stream().filter(order -> wanted.test(order.finding())).toList());
  }

  /** All of them as text; empty if there is none. */
  @Override
  public String toString() {
    return all().stream()
        .flatMap(finding -> finding.lines().stream())
        .collect(Collectors.joining("\n"));
  }
}
