package dev.wasmrun.check.lock;

import java.util.List;

/**
 * Locks that threads take in a circle: each step's thread holds one lock and takes the next, which
 * the next step's thread may hold already.
 */
public record Inversion(List<Step> steps) {

  /**
   * What one thread did.
   *
   * @param held the address of the lock that it held
   * @param heldPlace where in the code it had taken that, in the caller's terms
   * @param heldActive the functions active at that moment, innermost first; empty if not known
   * @param taken the address of the lock that it took then
   * @param takenPlace where in the code
   * @param takenActive the functions active at that moment
   */
  public record Step(
      String thread,
      int held,
      long heldPlace,
      List<Frame> heldActive,
      int taken,
      long takenPlace,
      List<Frame> takenActive) {}

  public Inversion {
    steps = List.copyOf(steps);
  }
}
