package dev.wasmrun.bench;

import dev.wasmrun.module.ShownNames;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A stream of which only the end is kept, for a message about a guest that failed.
 *
 * <p>Written by one thread, and read when that has ended.
 */
final class LastWords extends OutputStream {
  private static final int LIMIT = 500;

  private byte[] end = {};

  @Override
  public void write(int oneByte) {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int added = Math.min(length, LIMIT);
    int kept = Math.min(end.length, LIMIT - added);
    byte[] next = Arrays.copyOfRange(end, end.length - kept, end.length + added);
    System.arraycopy(bytes, offset + length - added, next, kept, added);
    end = next;
  }

  /** A message, followed by what was written if anything was, in one line. */
  String after(String message) {
    String said =
        new String(end, StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .collect(Collectors.joining(" | "));
    return said.isEmpty()
        ? message
        : "%s; its standard error: %s".formatted(message, ShownNames.inFull(said));
  }
}
