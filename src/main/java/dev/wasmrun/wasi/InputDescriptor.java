package dev.wasmrun.wasi;

import java.io.IOException;
import java.util.OptionalInt;

/** A descriptor for the standard input. */
final class InputDescriptor extends Descriptor {
  private static final long RIGHTS =
      Right.of(
          Right.FD_READ, Right.FD_FDSTAT_SET_FLAGS, Right.FD_FILESTAT_GET, Right.POLL_FD_READWRITE);

  private final StandardInput input;
  private final boolean ofProcess;

  /**
   * Creates the descriptor.
   *
   * @param ofProcess whether it is the standard input of this process
   */
  InputDescriptor(StandardInput input, boolean ofProcess) {
    super(RIGHTS, 0, 0);
    this.input = input;
    this.ofProcess = ofProcess;
  }

  StandardInput input() {
    return input;
  }

  @Override
  FileType type() {
    return kind().type();
  }

  @Override
  FileStatus status() throws IOException {
    return ofProcess ? StreamKind.statusOfProcess(ProcessInput.DESCRIPTOR) : super.status();
  }

  @Override
  boolean isTerminal() {
    return kind() == StreamKind.TERMINAL;
  }

  private StreamKind kind() {
    return ofProcess ? StreamKind.ofProcess(ProcessInput.DESCRIPTOR) : StreamKind.PIPE;
  }

  @Override
  OptionalInt available() throws InterruptedException {
    return input.awaitReadable(0) ? OptionalInt.of(input.available()) : OptionalInt.empty();
  }

  @Override
  int read(byte[] into, int length) throws IOException, InterruptedException {
    return input.read(into, length, !has(NONBLOCK));
  }

  @Override
  void close() {
    // The stream is the host's; its reader ends with the context.
  }
}
