package dev.wasmrun.convention.emscripten;

import dev.wasmrun.wasi.OpenRequest;

/** The flags of C's {@code open}, by musl's numbers. */
final class OpenFlags {
  private static final int ACCESS = 3;
  private static final int READ_ONLY = 0;
  private static final int WRITE_ONLY = 1;
  private static final int CREATE = 0100;
  private static final int EXCLUSIVE = 0200;
  private static final int TRUNCATE = 01000;
  private static final int APPEND = 02000;
  private static final int DATA_SYNC = 010000;
  private static final int DIRECTORY = 0200000;
  private static final int NO_FOLLOW = 0400000;

  private OpenFlags() {}

  static OpenRequest request(int flags) {
    int access = flags & ACCESS;
    boolean write = access != READ_ONLY;
    return new OpenRequest(
        (flags & NO_FOLLOW) == 0,
        (flags & CREATE) != 0,
        (flags & DIRECTORY) != 0,
        (flags & EXCLUSIVE) != 0,
        (flags & TRUNCATE) != 0,
        access != WRITE_ONLY,
        write,
        ((flags & APPEND) != 0 ? OpenRequest.APPEND : 0)
            | ((flags & DATA_SYNC) != 0 ? OpenRequest.SYNCED : 0));
  }
}
