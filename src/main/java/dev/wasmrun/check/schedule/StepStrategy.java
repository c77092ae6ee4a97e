package dev.wasmrun.check.schedule;

/**
 * A way to choose who takes the next step. Asked before every step, on the thread that has the
 * turn; one object serves one run.
 */
interface StepStrategy {

  /** Gives up the run: whatever it would show has been seen, or cannot be. */
  int CUT = -1;

  /**
   * Chooses.
   *
   * @return an agent of {@code now.enabled()}, or {@link #CUT}
   */
  int next(Situation now);
}
