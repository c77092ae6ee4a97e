package dev.wasmrun.shard;

import dev.wasmrun.guest.UsageException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the equal parts of a run.
 *
 * @param index which, from 0
 * @param count how many there are
 */
public record Shard(int index, int count) {
  /** The most parts that a run can have. */
  public static final int MOST = 1_000_000;

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})/(\\d{1,9})");

  /**
   * Checks the numbers.
   *
   * @throws UsageException if there is no such part
   */
  public Shard {
    if (count < 1 || count > MOST) {
      throw new UsageException("a run has from 1 to %s shards, got %s".formatted(MOST, count));
    }
    if (index < 0 || index >= count) {
      throw new UsageException(
          "shard %s of %s: they are numbered from 0 to %s".formatted(index, count, count - 1));
    }
  }

  /**
   * Parses the form {@code 3/64}.
   *
   * @throws UsageException if it is not of that form, or there is no such part
   */
  public static Shard parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new UsageException(
          "'%s' is no shard; the form is I/N, for example 0/64".formatted(text));
    }
    return new Shard(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
  }

  /** The form {@code 3/64}. */
  @Override
  public String toString() {
    return index + "/" + count;
  }
}
