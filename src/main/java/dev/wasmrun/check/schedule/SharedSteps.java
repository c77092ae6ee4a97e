package dev.wasmrun.check.schedule;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which plain accesses of one run are steps: those to memory that more than one thread accesses, as
 * far as a {@link Profile} and the run itself have shown. What a thread does to memory of its own
 * others cannot notice.
 *
 * <p>Guarded by the turn.
 */
final class SharedSteps {
  private static final int LARGE = 256;

  private final Profile profile;

  /** Cells of which the profile knows nothing, each with the thread that accessed it first. */
  private final Map<Integer, Integer> owners = new HashMap<>();

  /** Cells that turned out to be shared in this run. */
  private final Set<Integer> shared = new HashSet<>();

  SharedSteps(Profile profile) {
    this.profile = profile;
  }

  /** Whether a thread's access is a step. */
  boolean isStep(int thread, int address, int length, boolean writes) {
    if (Integer.compareUnsigned(length, LARGE) > 0) {
      return true;
    }
    boolean step = false;
    int last = address + Math.max(1, length) - 1 >>> Profile.CELL_SHIFT;
    for (int cell = address >>> Profile.CELL_SHIFT; cell <= last; cell++) {
      step |= isStep(thread, cell, writes);
    }
    return step;
  }

  private boolean isStep(int thread, int cell, boolean writes) {
    if (profile.isShared(cell) || shared.contains(cell)) {
      return true;
    }
    if (profile.isOnlyOf(cell, thread) && (!writes || profile.isWritten(cell))) {
      return false;
    }
    if (profile.isKnown(cell)) {
      shared.add(cell);
      return true;
    }
    Integer owner = owners.putIfAbsent(cell, thread);
    if (owner != null && owner != thread) {
      shared.add(cell);
    }
    return owner == null || owner != thread;
  }
}
