package dev.wasmrun.shard;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The outputs of the parts of a run, put together as the run itself would have printed them: one
 * after the other, but for a total, a last line such as {@code count 139}, of which there is one at
 * the end with the sum of all. Used by one thread at a time.
 */
public final class MergedOutput {
  /** The word of a total unless said otherwise. */
  public static final String COUNT = "count";

  private final String word;
  private final Pattern total;
  private final Consumer<byte[]> out;

  private BigInteger sum = BigInteger.ZERO;
  private boolean empty = true;
  private boolean totalled;

  /**
   * Begins with nothing.
   *
   * @param word what a total begins with
   * @param out gets the output piece by piece
   */
  public MergedOutput(String word, Consumer<byte[]> out) {
    this.word = word;
    this.total = Pattern.compile(Pattern.quote(word) + " (\\d+)\\R?");
    this.out = out;
  }

  /**
   * Adds the output of the next part.
   *
   * @param name what to call the part
   * @throws ShardException if it has a total and others have none, or the other way round
   */
  public void add(String name, byte[] output) {
    int last = lastLine(output);
    Matcher matched =
        total.matcher(new String(output, last, output.length - last, StandardCharsets.ISO_8859_1));
    boolean has = matched.matches();
    if (!empty && has != totalled) {
      throw new ShardException(
          "%s %s '%s', unlike those before it: is each of them whole, and of the same run?"
              .formatted(name, has ? "ends with" : "does not end with", word));
    }
    empty = false;
    totalled = has;
    if (has) {
      sum = sum.add(new BigInteger(matched.group(1)));
    }
    out.accept(has ? Arrays.copyOf(output, last) : output);
  }

  /** Writes the total, if there is one; called once, after all parts. */
  public void end() {
    if (totalled) {
      out.accept("%s %s\n".formatted(word, sum).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Where the last line begins. */
  private static int lastLine(byte[] output) {
    int at = Math.max(0, output.length - 1);
    while (at > 0 && output[at - 1] != '\n') {
      at--;
    }
    return at;
  }
}
