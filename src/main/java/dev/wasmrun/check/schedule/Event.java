package dev.wasmrun.check.schedule;

import dev.wasmrun.source.SourceFrame;
import java.util.List;
import java.util.Optional;

/**
 * One step of a run: who did what.
 *
 * @param agent whose step it is, see {@link Agents}
 * @param op what was done
 * @param cause the number of an earlier event that made it possible; or {@link #NONE}
 * @param drained likewise, the last of its own stores to reach the memory
 */
record Event(int agent, StepOperation op, int cause, int drained) {
  /** No event. */
  static final int NONE = -1;

  /** Where a step was taken in the guest's code and what values it met. */
  record Detail(List<SourceFrame> frames, String text, Optional<Interleaving.Word> word) {}
}
