package dev.wasmrun.wasi;

import dev.wasmrun.Internal;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A stream whose bytes go to the standard output or the standard error output of this process. A
 * guest that writes to it is told what that is: a terminal, a file, a pipe. Any other stream passes
 * for a pipe.
 */
@Internal
public final class ProcessOutput extends FilterOutputStream {
  private final int descriptor;

  /**
   * Creates the stream.
   *
   * @param out takes the bytes
   * @param descriptor where they end up: 1 or 2
   */
  public ProcessOutput(OutputStream out, int descriptor) {
    super(out);
    this.descriptor = descriptor;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
  }

  int descriptor() {
    return descriptor;
  }

  OutputStream stream() {
    return out;
  }
}
