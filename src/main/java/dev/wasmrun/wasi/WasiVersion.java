package dev.wasmrun.wasi;

/** The forms of WASI that modules import: the same functions, but for what is said here. */
enum WasiVersion {
  PREVIEW_1("wasi_snapshot_preview1", 0, Whence.SET, Whence.CURRENT, Whence.END),

  /** The one before, which compilers imported until 2020. */
  UNSTABLE("wasi_unstable", Long.BYTES, Whence.CURRENT, Whence.END, Whence.SET);

  private final String module;
  private final int moved;
  private final Whence[] whence;

  /**
   * Creates a version.
   *
   * @param moved by how many bytes a structure's later fields lie elsewhere than in preview 1
   * @param whence what a seek counts from, by number
   */
  WasiVersion(String module, int moved, Whence... whence) {
    this.module = module;
    this.moved = moved;
    this.whence = whence;
  }

  /** The module name of every import. */
  String module() {
    return module;
  }

  /** What a seek counts from, by its number; {@link Errno#INVAL} where there is none. */
  Whence whence(int code) {
    if (code < 0 || code >= whence.length) {
      throw new ErrnoException(Errno.INVAL);
    }
    return whence[code];
  }

  /** Where a file's status has the number of links: in a word of 4 bytes, of 8 in preview 1. */
  int filestatLinks() {
    return WasiLayout.FILESTAT_LINKS - moved / 2;
  }

  /** Where it has a field that comes later in it. */
  int filestatField(int inPreview1) {
    return inPreview1 - moved;
  }

  /** Where a subscription to a clock has a field: behind an identifier that preview 1 lacks. */
  int clockField(int inPreview1) {
    return inPreview1 + moved;
  }
}
