package dev.wasmrun.check.schedule;

/** Another strategy's choices, but no switch before a plain access. */
final class AtomicsWalk implements StepStrategy {
  private final StepStrategy other;

  AtomicsWalk(StepStrategy other) {
    this.other = other;
  }

  @Override
  public int next(Situation now) {
    int current = now.current();
    boolean stays =
        now.currentIsEnabled()
            && now.pending(current).kind().isPlain()
            && now.stepsInTurn() < Defaults.PATIENCE;
    return stays ? current : other.next(now);
  }
}
