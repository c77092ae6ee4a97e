package dev.wasmrun.cli;

import java.io.PrintStream;

/** Results as lines of text, written as they come. */
final class TextOutput extends Output {
  private final PrintStream out;
  private final boolean numbersThreads;

  /**
   * Creates a text output.
   *
   * @param threads with more than one, returned values say of which thread they are
   */
  TextOutput(Console console, boolean quiet, Progress progress, int threads) {
    super(console, quiet, progress);
    this.out = console.out();
    this.numbersThreads = threads > 1;
  }

  // A print stream writes each of these as one piece, whatever other threads print.

  @Override
  public void emitted(long value) {
    out.print(Long.toUnsignedString(value) + "\n");
    out.flush();
  }

  @Override
  public void printed(String text) {
    out.print(text);
    out.flush();
  }

  @Override
  public void returned(int thread, String values) {
    if (numbersThreads) {
      out.print(thread + ": " + values + "\n");
    } else if (!values.isEmpty()) {
      out.print(values + "\n");
    }
    out.flush();
  }
}
