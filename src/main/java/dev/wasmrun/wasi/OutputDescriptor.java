package dev.wasmrun.wasi;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.locks.ReentrantLock;

/** A descriptor for the standard output or the standard error output. */
final class OutputDescriptor extends Descriptor {
  private static final long RIGHTS =
      Right.of(
          Right.FD_WRITE,
          Right.FD_FDSTAT_SET_FLAGS,
          Right.FD_FILESTAT_GET,
          Right.FD_SYNC,
          Right.FD_DATASYNC,
          Right.POLL_FD_READWRITE);

  private final OutputStream out;

  /** Keeps writes whole. Taken interruptibly: the reader of a pipe may keep a writer waiting. */
  private final ReentrantLock whole = new ReentrantLock();

  OutputDescriptor(OutputStream out) {
    super(RIGHTS, 0, 0);
    this.out = out;
  }

  @Override
  FileType type() {
    return FileType.CHARACTER_DEVICE;
  }

  @Override
  int write(byte[] from, int length) throws IOException, InterruptedException {
    whole.lockInterruptibly();
    try {
      out.write(from, 0, length);
      out.flush();
    } finally {
      whole.unlock();
    }
    // A print stream keeps its failures to itself, and a guest would write for ever.
    if (out instanceof PrintStream print && print.checkError()) {
      throw new ErrnoException(Errno.PIPE);
    }
    return length;
  }

  @Override
  void close() {
    // The stream is the host's.
  }
}
