package dev.wasmrun.wasi;

/** A descriptor for the end of a pipe that is written. */
final class PipeWriter extends Descriptor {
  private static final long RIGHTS =
      Right.of(
          Right.FD_WRITE,
          Right.FD_FDSTAT_SET_FLAGS,
          Right.FD_FILESTAT_GET,
          Right.POLL_FD_READWRITE);

  private final Pipe pipe;

  PipeWriter(Pipe pipe) {
    super(RIGHTS, 0, 0);
    this.pipe = pipe;
  }

  @Override
  FileType type() {
    return FileType.PIPE;
  }

  @Override
  boolean hasRoom() {
    return pipe.hasRoom(Pipe.WHOLE);
  }

  @Override
  boolean isAbandoned() {
    return pipe.isReaderClosed();
  }

  @Override
  int write(byte[] from, int length) throws InterruptedException {
    return pipe.write(from, length, !has(NONBLOCK));
  }

  @Override
  void close() {
    pipe.closeWriter();
  }
}
