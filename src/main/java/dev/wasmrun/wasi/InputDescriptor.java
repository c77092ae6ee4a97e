package dev.wasmrun.wasi;

import java.io.IOException;

/** A descriptor for the standard input. */
final class InputDescriptor extends Descriptor {
  private static final long RIGHTS =
      Right.of(
          Right.FD_READ, Right.FD_FDSTAT_SET_FLAGS, Right.FD_FILESTAT_GET, Right.POLL_FD_READWRITE);

  private final StandardInput input;

  InputDescriptor(StandardInput input) {
    super(RIGHTS, 0, 0);
    this.input = input;
  }

  StandardInput input() {
    return input;
  }

  @Override
  FileType type() {
    return FileType.CHARACTER_DEVICE;
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
