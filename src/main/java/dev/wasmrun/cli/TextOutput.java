package dev.wasmrun.cli;

import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.trace.ThreadStatistics;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

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
  public void returned(int thread, Returned values) {
    if (values.size() > 0) {
      write((numbersThreads ? thread + ": " : "") + values + "\n");
    }
  }

  @Override
  void ended(RunReport report, List<String> stillRunning, List<ThreadStatistics> statistics) {
    super.ended(report, stillRunning, statistics);
    if (!statistics.isEmpty()) {
      StatisticsTable.print(statistics, console().err());
      console().err().flush();
    }
  }

  @Override
  OutputStream standardOutput() {
    return console()
        .toOut(
            new OutputStream() {
              @Override
              public void write(int oneByte) {
                write(new byte[] {(byte) oneByte}, 0, 1);
              }

              @Override
              public void write(byte[] bytes, int offset, int length) {
                TextOutput.this.write(bytes, offset, length);
              }
            });
  }

  private void write(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(bytes, 0, bytes.length);
  }

  private void write(byte[] bytes, int offset, int length) {
    progress().aside(() -> out.write(bytes, offset, length));
    // Flushes. When nobody reads on, a guest that prints for ever would never end.
    if (out.checkError()) {
      throw new GuestExit(ExitCode.OUTPUT_CLOSED.code());
    }
  }
}
