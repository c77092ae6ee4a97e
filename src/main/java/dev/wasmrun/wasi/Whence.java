package dev.wasmrun.wasi;

/** What a seek counts from; a constant's position is its number in WASI. */
enum Whence {
  SET,
  CURRENT,
  END;

  /** The constant of a number; {@link Errno#INVAL} where there is none. */
  static Whence of(int code) {
    if (code < 0 || code >= values().length) {
      throw new ErrnoException(Errno.INVAL);
    }
    return values()[code];
  }
}
