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

  /** Which descriptor of this process it is; -1 if none. */
  private final int ofProcess;

  /** Keeps writes whole. Taken interruptibly: the reader of a pipe may keep a writer waiting. */
  private final ReentrantLock whole = new ReentrantLock();

  OutputDescriptor(OutputStream out) {
    super(RIGHTS, 0, 0);
    var own = out instanceof ProcessOutput process ? process : null;
    this.out = own == null ? out : own.stream();
    this.ofProcess = own == null ? -1 : own.descriptor();
  }

  @Override
  FileType type() {
    return kind().type();
  }

  @Override
  FileStatus status() throws IOException {
    return ofProcess < 0 ? super.status() : StreamKind.statusOfProcess(ofProcess);
  }

  @Override
  boolean isTerminal() {
    return kind() == StreamKind.TERMINAL;
  }

  private StreamKind kind() {
    return ofProcess < 0 ? StreamKind.PIPE : StreamKind.ofProcess(ofProcess);
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
