package dev.wasmrun.shard;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.Returned;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The results of a shard as text, as the command line prints them, and as numbers. */
final class ShardOutput implements RunListener {
  private static final int FIRST_ROOM = 64;

  private final boolean numbersThreads;

  // Both are changed by one thread at a time: under the monitor of the run's record.
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private long[] emitted = new long[FIRST_ROOM];
  private int count;

  /**
   * Begins with nothing.
   *
   * @param threads with more than one, returned values say of which thread they are
   */
  ShardOutput(int threads) {
    numbersThreads = threads > 1;
  }

  /** Where the guest's standard output goes. */
  ByteArrayOutputStream text() {
    return text;
  }

  void emit(long value) {
    if (count == emitted.length) {
      emitted = Arrays.copyOf(emitted, 2 * count);
    }
    emitted[count++] = value;
    line(Long.toUnsignedString(value));
  }

  @Override
  public void returned(int thread, Returned values) {
    if (values.size() > 0) {
      line((numbersThreads ? thread + ": " : "") + values);
    }
  }

  private void line(String line) {
    text.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  long[] emitted() {
    return Arrays.copyOf(emitted, count);
  }
}
