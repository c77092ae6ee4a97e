package dev.wasmrun.check;

/**
 * A place in the code that a run executes.
 *
 * @param function the name of a guest's function, of a host function, or a line of Java code
 * @param offset of the instruction in the file of the guest's module; {@link #NO_OFFSET} for others
 */
public record Site(String function, int offset) {
  /** The offset of what is not in a module. */
  public static final int NO_OFFSET = -1;

  /** The function and, if there is one, the offset, as {@code work (0x1a3)}. */
  @Override
  public String toString() {
    return offset == NO_OFFSET ? function : "%s (0x%x)".formatted(function, offset);
  }
}
