package dev.wasmrun.wasi;

/** What a descriptor may be used for; a constant's position is its bit in WASI's rights. */
enum Right {
  FD_DATASYNC,
  FD_READ,
  FD_SEEK,
  FD_FDSTAT_SET_FLAGS,
  FD_SYNC,
  FD_TELL,
  FD_WRITE,
  FD_ADVISE,
  FD_ALLOCATE,
  PATH_CREATE_DIRECTORY,
  PATH_CREATE_FILE,
  PATH_LINK_SOURCE,
  PATH_LINK_TARGET,
  PATH_OPEN,
  FD_READDIR,
  PATH_READLINK,
  PATH_RENAME_SOURCE,
  PATH_RENAME_TARGET,
  PATH_FILESTAT_GET,
  PATH_FILESTAT_SET_SIZE,
  PATH_FILESTAT_SET_TIMES,
  FD_FILESTAT_GET,
  FD_FILESTAT_SET_SIZE,
  FD_FILESTAT_SET_TIMES,
  PATH_SYMLINK,
  PATH_REMOVE_DIRECTORY,
  PATH_UNLINK_FILE,
  POLL_FD_READWRITE,
  SOCK_SHUTDOWN,
  SOCK_ACCEPT;

  /** Every right there is. */
  static final long ALL = (1L << values().length) - 1;

  /** What can be done with a file. */
  static final long OF_FILE =
      of(
          FD_DATASYNC,
          FD_READ,
          FD_SEEK,
          FD_FDSTAT_SET_FLAGS,
          FD_SYNC,
          FD_TELL,
          FD_WRITE,
          FD_ADVISE,
          FD_ALLOCATE,
          FD_FILESTAT_GET,
          FD_FILESTAT_SET_SIZE,
          FD_FILESTAT_SET_TIMES,
          POLL_FD_READWRITE);

  /** What can be done with a directory. */
  static final long OF_DIRECTORY =
      of(
          FD_FDSTAT_SET_FLAGS,
          FD_SYNC,
          FD_DATASYNC,
          PATH_CREATE_DIRECTORY,
          PATH_CREATE_FILE,
          PATH_LINK_SOURCE,
          PATH_LINK_TARGET,
          PATH_OPEN,
          FD_READDIR,
          PATH_READLINK,
          PATH_RENAME_SOURCE,
          PATH_RENAME_TARGET,
          PATH_FILESTAT_GET,
          PATH_FILESTAT_SET_SIZE,
          PATH_FILESTAT_SET_TIMES,
          FD_FILESTAT_GET,
          FD_FILESTAT_SET_TIMES,
          PATH_SYMLINK,
          PATH_REMOVE_DIRECTORY,
          PATH_UNLINK_FILE);

  /** The rights that make an open file one that is written. */
  static final long WRITING = of(FD_WRITE, FD_ALLOCATE, FD_FILESTAT_SET_SIZE);

  /** What changes a directory or what is in it. */
  static final long CHANGING =
      WRITING
          | of(
              PATH_CREATE_DIRECTORY,
              PATH_CREATE_FILE,
              PATH_LINK_SOURCE,
              PATH_LINK_TARGET,
              PATH_RENAME_SOURCE,
              PATH_RENAME_TARGET,
              PATH_FILESTAT_SET_SIZE,
              PATH_FILESTAT_SET_TIMES,
              FD_FILESTAT_SET_TIMES,
              PATH_SYMLINK,
              PATH_REMOVE_DIRECTORY,
              PATH_UNLINK_FILE);

  /** The bits of some rights. */
  static long of(Right... rights) {
    long bits = 0;
    for (Right right : rights) {
      bits |= right.bit();
    }
    return bits;
  }

  long bit() {
    return 1L << ordinal();
  }
}
