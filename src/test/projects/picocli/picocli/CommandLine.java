package picocli;

/** Stands for a picocli of the user's own, of whatever version. */
public final class CommandLine {
  private CommandLine() {}

  /** What only this one has. */
  public static String whose() {
    return "the user's own picocli";
  }
}
