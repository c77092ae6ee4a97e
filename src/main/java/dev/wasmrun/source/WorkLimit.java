package dev.wasmrun.source;

/**
 * How much may be read to answer one question. What is read is in general read once; but debug
 * information refers to parts of itself, and could do so again and again.
 */
final class WorkLimit {
  private static final int TIMES = 8;
  private static final long LEAST = 1 << 24;

  private final long most;
  private long left;

  /**
   * A limit.
   *
   * @param bytes how much debug information there is
   */
  WorkLimit(long bytes) {
    most = LEAST + TIMES * bytes;
    left = most;
  }

  /** A new question begins. */
  void renew() {
    left = most;
  }

  /**
   * So many bytes, or what takes as long, are about to be read.
   *
   * @throws BadDebugInformation if that is too much
   */
  void spend(long bytes) {
    left -= bytes;
    if (left < 0) {
      throw new BadDebugInformation("it takes too long to read");
    }
  }
}
