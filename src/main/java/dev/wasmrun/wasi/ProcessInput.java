package dev.wasmrun.wasi;

import dev.wasmrun.Internal;
import java.io.FilterInputStream;
import java.io.InputStream;

/**
 * The standard input of this process. A guest that reads it is told what it is: a terminal, a file,
 * a pipe. Any other stream passes for a pipe.
 */
@Internal
public final class ProcessInput extends FilterInputStream {
  static final int DESCRIPTOR = 0;

  public ProcessInput(InputStream in) {
    super(in);
  }
}
