package dev.wasmrun.compiler.runtime;

import java.time.Duration;

/**
 * Which of its two forms a function with vectors runs in: with halves of vectors, or with whole
 * ones.
 *
 * <p>HotSpot makes quick code of whole vectors, and takes long to do so; until then they are many
 * times slower than halves. So a function begins with halves. When it has taken some time, some of
 * its calls are of the other form, which HotSpot compiles therefore; and when those take no longer
 * than the rest, all calls are. If that never happens, it is given up.
 *
 * <p>Threads may change an object at the same time, without order: what they lose is a measurement.
 */
public final class TwoForms {
  private static final int WHOLE = 1;
  private static final int MEASURED = 2;

  /** How much time a function must have taken for another form to be worth while. */
  private static final long WORTH_WHILE = Duration.ofMillis(100).toNanos();

  /** How much is spent on the other form before it is given up. */
  private static final long MOST = Duration.ofSeconds(5).toNanos();

  /** Of so much time with halves, one is spent on the other form. */
  private static final int SHARE = 4;

  /** How many calls of the other form in a row must be no slower before it is believed. */
  private static final int CALLS = 4;

  /** The average forgets all but about so many calls. */
  private static final int RECENT = 8;

  private int settled = MEASURED;
  private long halvesNanos;
  private long halvesAverage;
  private long wholeNanos;
  private int quickCalls; // of the other form, in a row

  /** The form of the next call: a number for {@link #begin}, odd for whole vectors. */
  public int next() {
    return settled == MEASURED ? measured() : settled;
  }

  private int measured() {
    long budget = (halvesNanos - WORTH_WHILE) / SHARE;
    return wholeNanos < budget ? WHOLE | MEASURED : MEASURED;
  }

  /** When a call begins; 0 if it is not measured. */
  public static long begin(int form) {
    return form < MEASURED ? 0 : System.nanoTime() | 1;
  }

  /** A call has ended that began at a time. */
  public void end(int form, long begin) {
    if (begin != 0) {
      measure(form, System.nanoTime() - begin);
    }
  }

  /** A call in a form has taken so many nanoseconds. */
  void measure(int form, long nanos) {
    if ((form & WHOLE) == 0) {
      halvesNanos += nanos;
      halvesAverage += (nanos - halvesAverage) / RECENT;
      return;
    }
    wholeNanos += nanos;
    quickCalls = nanos <= halvesAverage ? quickCalls + 1 : 0;
    if (quickCalls >= CALLS) {
      settled = WHOLE;
    } else if (wholeNanos > MOST) {
      settled = 0;
    }
  }
}
