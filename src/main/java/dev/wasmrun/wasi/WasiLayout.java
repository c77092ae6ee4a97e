package dev.wasmrun.wasi;

/**
 * Where the fields of WASI preview 1's structures are, in bytes from the structure's start.
 *
 * <pre>
 * iovec        0 buffer: ptr          4 length: u32                                  8 bytes
 * prestat      0 tag: u8              4 name length: u32                             8 bytes
 * fdstat       0 file type: u8        2 flags: u16
 *              8 rights: u64         16 inheriting: u64                             24 bytes
 * filestat     0 device: u64          8 inode: u64         16 file type: u8
 *             24 links: u64          32 size: u64
 *             40 accessed: u64       48 modified: u64      56 changed: u64          64 bytes
 * dirent       0 next cookie: u64     8 inode: u64
 *             16 name length: u32    20 file type: u8                               24 bytes
 * subscription 0 userdata: u64        8 tag: u8
 *             16 clock: u32          24 timeout: u64       40 flags: u16
 *             16 descriptor: u32                                                    48 bytes
 * event        0 userdata: u64        8 error: u16         10 type: u8
 *             16 bytes: u64          24 flags: u16                                  32 bytes
 * </pre>
 *
 * <p>Where {@code wasi_unstable} has them elsewhere, {@link WasiVersion} tells.
 */
final class WasiLayout {
  static final int POINTER_SIZE = 4;

  static final int IOVEC_SIZE = 8;
  static final int IOVEC_BUFFER = 0;
  static final int IOVEC_LENGTH = 4;

  static final int PRESTAT_SIZE = 8;
  static final int PRESTAT_TAG = 0;
  static final int PRESTAT_NAME_LENGTH = 4;

  static final int FDSTAT_SIZE = 24;
  static final int FDSTAT_TYPE = 0;
  static final int FDSTAT_FLAGS = 2;
  static final int FDSTAT_RIGHTS = 8;
  static final int FDSTAT_INHERITING = 16;

  static final int FILESTAT_SIZE = 64;
  static final int FILESTAT_DEVICE = 0;
  static final int FILESTAT_INODE = 8;
  static final int FILESTAT_TYPE = 16;
  static final int FILESTAT_LINKS = 24;
  static final int FILESTAT_BYTES = 32;
  static final int FILESTAT_ACCESSED = 40;
  static final int FILESTAT_MODIFIED = 48;
  static final int FILESTAT_CHANGED = 56;

  static final int DIRENT_SIZE = 24;
  static final int DIRENT_NEXT = 0;
  static final int DIRENT_INODE = 8;
  static final int DIRENT_NAME_LENGTH = 16;
  static final int DIRENT_TYPE = 20;

  static final int SUBSCRIPTION_SIZE = 48;
  static final int SUBSCRIPTION_USERDATA = 0;
  static final int SUBSCRIPTION_TAG = 8;
  static final int SUBSCRIPTION_CLOCK = 16;
  static final int SUBSCRIPTION_DESCRIPTOR = 16;
  static final int SUBSCRIPTION_TIMEOUT = 24;
  static final int SUBSCRIPTION_FLAGS = 40;

  static final int EVENT_SIZE = 32;
  static final int EVENT_USERDATA = 0;
  static final int EVENT_ERROR = 8;
  static final int EVENT_TYPE = 10;
  static final int EVENT_BYTES = 16;
  static final int EVENT_FLAGS = 24;

  private WasiLayout() {}
}
