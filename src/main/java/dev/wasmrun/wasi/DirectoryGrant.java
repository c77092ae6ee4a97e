package dev.wasmrun.wasi;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A directory that a guest may use with all that is in it, and nothing beyond.
 *
 * @param host where it is
 * @param guest what the guest calls it
 * @param readOnly whether the guest may change nothing in it
 */
public record DirectoryGrant(Path host, String guest, boolean readOnly) {
  private static final String SEPARATOR = "::";

  /** A directory in which the guest may change everything. */
  public DirectoryGrant(Path host, String guest) {
    this(host, guest, false);
  }

  /** The same directory, in which the guest may change nothing. */
  public DirectoryGrant forReading() {
    return new DirectoryGrant(host, guest, true);
  }

  /**
   * Parses {@code HOST} or {@code HOST::GUEST}; without {@code GUEST} both names are the same.
   *
   * @throws IllegalArgumentException if a part is empty or no path; the message says which
   */
  public static DirectoryGrant parse(String text) {
    int at = text.indexOf(SEPARATOR);
    String host = at < 0 ? text : text.substring(0, at);
    String guest = at < 0 ? text : text.substring(at + SEPARATOR.length());
    if (host.isEmpty() || guest.isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' names no directory; it is HOST or HOST::GUEST".formatted(text));
    }
    try {
      return new DirectoryGrant(Path.of(host), guest);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "'%s' is not a path: %s".formatted(host, e.getReason()), e);
    }
  }
}
