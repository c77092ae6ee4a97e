package dev.wasmrun.wasi;

import dev.wasmrun.Internal;
import java.nio.file.attribute.BasicFileAttributes;

/** What a name or a descriptor stands for, as guests are told. */
@Internal
public enum FileType {
  /** A device, a FIFO, a socket: it has a name but cannot be opened. */
  UNKNOWN(0),
  /** Like what {@link #UNKNOWN} stands for, in WASI's numbers, which have none for pipes. */
  PIPE(0),
  CHARACTER_DEVICE(2),
  DIRECTORY(3),
  REGULAR_FILE(4),
  SYMBOLIC_LINK(7);

  private final int code;

  FileType(int code) {
    this.code = code;
  }

  /** WASI's number for it. */
  public int code() {
    return code;
  }

  static FileType of(BasicFileAttributes attributes) {
    if (attributes.isRegularFile()) {
      return REGULAR_FILE;
    }
    if (attributes.isDirectory()) {
      return DIRECTORY;
    }
    return attributes.isSymbolicLink() ? SYMBOLIC_LINK : UNKNOWN;
  }
}
