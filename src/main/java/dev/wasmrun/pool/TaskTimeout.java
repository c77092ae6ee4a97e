package dev.wasmrun.pool;

import java.time.Duration;
import java.util.List;

/** A call was still running when its time was up; its instance is given up. */
public final class TaskTimeout extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String[] backtrace; // an array, for serialization

  TaskTimeout(Call call, Duration limit, List<String> backtrace) {
    super("%s was still running after %s ms".formatted(call, limit.toMillis()));
    this.backtrace = backtrace.toArray(String[]::new);
  }

  /** The guest functions in which the time limit met it, innermost first; empty if unknown. */
  public List<String> backtrace() {
    return List.of(backtrace);
  }
}
