package dev.wasmrun.wasi;

import java.util.OptionalInt;

/** A descriptor for the end of a pipe that is read. */
final class PipeReader extends Descriptor {
  private static final long RIGHTS =
      Right.of(
          Right.FD_READ, Right.FD_FDSTAT_SET_FLAGS, Right.FD_FILESTAT_GET, Right.POLL_FD_READWRITE);

  private final Pipe pipe;

  PipeReader(Pipe pipe) {
    super(RIGHTS, 0, 0);
    this.pipe = pipe;
  }

  @Override
  FileType type() {
    return FileType.PIPE;
  }

  @Override
  OptionalInt available() {
    return pipe.available();
  }

  @Override
  boolean isAbandoned() {
    return pipe.isWriterClosed();
  }

  @Override
  int read(byte[] into, int length) throws InterruptedException {
    return pipe.read(into, length, !has(NONBLOCK));
  }

  @Override
  void close() {
    pipe.closeReader();
  }
}
