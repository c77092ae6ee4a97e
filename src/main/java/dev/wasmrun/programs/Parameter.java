package dev.wasmrun.programs;

/**
 * One argument of a program.
 *
 * @param name a word for it, such as {@code attempts}
 * @param defaultValue what 0 stands for
 * @param description what it determines, in a line without a full stop
 */
public record Parameter(String name, long defaultValue, String description) {
  /**
   * The count that an argument means: itself, or the default if it is 0.
   *
   * @throws IllegalArgumentException if it is negative
   */
  long countOf(long argument) {
    if (argument < 0) {
      throw new IllegalArgumentException(name + " must not be negative: " + argument);
    }
    return valueOf(argument);
  }

  /** The value that an argument means: itself, or the default if it is 0. */
  long valueOf(long argument) {
    return argument == 0 ? defaultValue : argument;
  }
}
