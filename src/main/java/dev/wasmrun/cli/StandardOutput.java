package dev.wasmrun.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Optional;

/** The process's standard output, which remembers why it could not be written. */
final class StandardOutput extends FileOutputStream {
  /** Written by any guest thread, read when the run has ended. */
  private volatile IOException failure;

  StandardOutput() {
    super(FileDescriptor.out);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      super.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /** The latest failure to write; empty if there was none. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Whether a write failed because the reader has closed its end. */
  static boolean isClosed(IOException failure) {
    return String.valueOf(failure.getMessage()).contains("Broken pipe");
  }
}
