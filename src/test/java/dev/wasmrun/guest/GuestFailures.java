package dev.wasmrun.guest;

import java.util.List;

/** The sorting of throwables into guest failures, for tests that drive instances themselves. */
public final class GuestFailures {
  private GuestFailures() {}

  /** What a run would report for a throwable that left a guest; its backtrace is empty. */
  public static GuestFailure of(Throwable thrown) {
    return Failures.of(thrown, List.of());
  }
}
