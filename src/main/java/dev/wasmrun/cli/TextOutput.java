package dev.wasmrun.cli;

import dev.wasmrun.guest.GuestExit;
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
    write(Long.toUnsignedString(value) + "\n");
  }

  @Override
  public void printed(String text) {
    write(text);
  }

  @Override
  public void returned(int thread, String values) {
    if (!values.isEmpty()) {
      write((numbersThreads ? thread + ": " : "") + values + "\n");
    }
  }

  private void write(String text) {
    out.print(text);
    // Flushes. When nobody reads on, a guest that prints for ever would never end.
    if (out.checkError()) {
      throw new GuestExit(ExitCode.OUTPUT_CLOSED.code());
    }
  }
}
