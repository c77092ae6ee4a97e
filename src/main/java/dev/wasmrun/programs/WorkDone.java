package dev.wasmrun.programs;

/**
 * How much of a program's work has been taken up.
 *
 * @param done how many units, from 0 to the total
 * @param total how many units there are in all
 * @param unit what is counted, in the plural
 */
public record WorkDone(long done, long total, String unit) {

  /** Takes a count beyond the total, where threads have met the end of the work, as the total. */
  public WorkDone {
    done = Math.min(done, total);
  }

  /** The share of the work, from 0 to 1; 1 where there is none to do. */
  public double share() {
    return total == 0 ? 1 : (double) done / total;
  }
}
