package dev.wasmrun.check.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The choices that make a run what it is: everything in which it differs from the choices of {@link
 * Defaults}, in order.
 *
 * <p>Written as words such as {@code 1.12>2}: where thread 1, which has taken 12 steps, would go on
 * by default, thread 2 does. {@code 2b} is the buffer of thread 2, whose oldest store reaches
 * memory; {@code 1.12+1>2} is the second choice made at the same place. Steps are counted as a run
 * has them; where every access to memory is one, and not only those to what threads share, the
 * words begin with {@code all}.
 */
public record Schedule(List<Choice> choices, boolean every) {
  private static final Pattern WORD = Pattern.compile("(\\d+)\\.(\\d+)(?:\\+(\\d+))?>(\\d+)(b?)");

  /** The schedule of all default choices. */
  static final Schedule NONE = new Schedule(List.of());

  private static final String EVERY = "all";

  /**
   * A choice other than the default.
   *
   * @param thread who has the turn
   * @param steps how many steps that thread has taken
   * @param repetition how many choices were made at this place before
   * @param agent who goes on
   */
  record Choice(int thread, int steps, int repetition, int agent) {
    @Override
    public String toString() {
      return "%s.%s%s>%s%s"
          .formatted(
              thread,
              steps,
              repetition == 0 ? "" : "+" + repetition,
              Agents.thread(agent),
              Agents.isBuffer(agent) ? "b" : "");
    }
  }

  Schedule(List<Choice> choices) {
    this(choices, false);
  }

  /** Other choices, with steps as in this one. */
  Schedule with(List<Choice> others) {
    return new Schedule(others, every);
  }

  /** Copies the choices. */
  public Schedule {
    choices = List.copyOf(choices);
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is no schedule; the message says which word
   */
  public static Schedule parse(String text) {
    var choices = new ArrayList<Choice>();
    boolean every = false;
    for (String word : text.strip().split("\\s+")) {
      if (word.isEmpty() || word.equals("-")) {
        continue;
      }
      if (word.equals(EVERY) && choices.isEmpty()) {
        every = true;
        continue;
      }
      Matcher match = WORD.matcher(word);
      if (!match.matches()) {
        throw new IllegalArgumentException("'%s' is no choice such as 1.12>2".formatted(word));
      }
      try {
        choices.add(choice(match));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'%s' has too large a number".formatted(word), e);
      }
    }
    return new Schedule(choices, every);
  }

  private static Choice choice(Matcher word) {
    int number = Integer.parseInt(word.group(4));
    return new Choice(
        Integer.parseInt(word.group(1)),
        Integer.parseInt(word.group(2)),
        word.group(3) == null ? 0 : Integer.parseInt(word.group(3)),
        word.group(5).isEmpty() ? Agents.ofThread(number) : Agents.ofBuffer(number));
  }

  /** The words, with a space between them; {@code -} if there are none. */
  @Override
  public String toString() {
    String words =
        choices.isEmpty()
            ? "-"
            : choices.stream().map(Choice::toString).collect(Collectors.joining(" "));
    return every ? EVERY + " " + words : words;
  }
}
