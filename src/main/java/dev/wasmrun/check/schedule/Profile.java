package dev.wasmrun.check.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one run of a program has shown of where its threads meet: how long runs are, and which
 * threads access which aligned 8 bytes of the memory how often.
 *
 * <p>Immutable.
 */
final class Profile {
  static final int CELL_SHIFT = 3;

  private final int first;
  private final int steps;
  private final Map<Integer, Cell> cells;
  private final List<Integer> shared;

  /** Who has accessed a cell since there were two threads, and how often. */
  private static final class Cell {
    private final Map<Integer, Integer> counts = new HashMap<>();
    private boolean written;
    private boolean atomic;

    boolean isShared() {
      return counts.size() > 1 && (written || atomic);
    }
  }

  private Profile(int first, int steps, Map<Integer, Cell> cells, List<Integer> shared) {
    this.first = first;
    this.steps = steps;
    this.cells = cells;
    this.shared = shared;
  }

  /** That of a run of which every access was a step. */
  static Profile of(Journal journal) {
    var cells = new HashMap<Integer, Cell>();
    boolean concurrent = false;
    for (Event event : journal.events()) {
      concurrent |= beginsAnother(event);
      if (concurrent && !Agents.isBuffer(event.agent())) {
        enter(cells, Agents.thread(event.agent()), event.op());
      }
    }
    var shared = new ArrayList<Integer>();
    cells.forEach(
        (number, cell) -> {
          if (cell.isShared()) {
            shared.add(number);
          }
        });
    shared.sort(Integer::compareUnsigned);
    return counted(journal, new Profile(0, 1, cells, List.copyOf(shared)));
  }

  /** The same with the numbers of those steps that are left in a run that goes by it. */
  private static Profile counted(Journal journal, Profile profile) {
    var sharing = new SharedSteps(profile);
    int first = 0;
    int steps = 0;
    boolean concurrent = false;
    for (Event event : journal.events()) {
      concurrent |= beginsAnother(event);
      StepOperation op = event.op();
      int thread = Agents.thread(event.agent());
      if (!op.kind().isPlain()
          || sharing.isStep(thread, op.address(), op.length(), op.kind().writes)) {
        first += concurrent ? 0 : 1;
        steps += concurrent ? 1 : 0;
      }
    }
    return new Profile(first, Math.max(1, steps), profile.cells, profile.shared);
  }

  private static boolean beginsAnother(Event event) {
    return event.op().kind() == StepOperation.Kind.BEGIN && event.agent() != Agents.ofThread(0);
  }

  private static void enter(Map<Integer, Cell> cells, int thread, StepOperation op) {
    if (!op.kind().reads && !op.kind().writes && !op.kind().queues || op.touchesEverything()) {
      return;
    }
    int last = op.address() + Math.max(1, op.length()) - 1 >>> CELL_SHIFT;
    for (int number = op.address() >>> CELL_SHIFT; number <= last; number++) {
      Cell cell = cells.computeIfAbsent(number, unseen -> new Cell());
      cell.counts.merge(thread, 1, Integer::sum);
      cell.written |= op.kind().writes;
      cell.atomic |= !op.kind().isPlain();
    }
  }

  /** How many steps a run takes before there are two threads, about. */
  int first() {
    return first;
  }

  /** How many steps a run takes from where there are two threads, about; at least 1. */
  int steps() {
    return steps;
  }

  /** The cells that several threads access and one of them changes, in ascending order. */
  List<Integer> shared() {
    return shared;
  }

  /** How often a thread has accessed a cell. */
  int accesses(int cell, int thread) {
    Cell known = cells.get(cell);
    return known == null ? 0 : known.counts.getOrDefault(thread, 0);
  }

  /** Whether several threads have accessed a cell and one has changed it. */
  boolean isShared(int cell) {
    Cell known = cells.get(cell);
    return known != null && known.isShared();
  }

  /** Whether nobody has changed a cell, or nobody but one thread has accessed it. */
  boolean isOnlyOf(int cell, int thread) {
    Cell known = cells.get(cell);
    return known != null
        && !known.isShared()
        && known.counts.containsKey(thread)
        && (known.counts.size() == 1 || !known.written);
  }

  /** Whether anybody has accessed a cell. */
  boolean isKnown(int cell) {
    return cells.containsKey(cell);
  }

  /** Whether a cell was changed. */
  boolean isWritten(int cell) {
    Cell known = cells.get(cell);
    return known != null && known.written;
  }
}
