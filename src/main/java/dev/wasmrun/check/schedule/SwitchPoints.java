package dev.wasmrun.check.schedule;

import java.util.Locale;

/** Before which accesses to the memory a controlled run may switch threads. */
public enum SwitchPoints {
  /** Before every access. */
  ALL,
  /** Before atomic accesses, waits and notifies only: enough for a program without data races. */
  ATOMICS;

  /** The name as users write it: {@code all} or {@code atomics}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
