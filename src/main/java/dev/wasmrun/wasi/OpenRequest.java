package dev.wasmrun.wasi;

import dev.wasmrun.Internal;

/**
 * How a path is opened.
 *
 * @param follow whether a symbolic link at the end of the path stands for its target; otherwise it
 *     is refused
 * @param create whether a file is created where none is
 * @param directoryOnly whether anything but a directory is refused
 * @param exclusive with {@code create}, whether anything that is there already is refused
 * @param truncate whether a file loses its contents
 * @param read whether a file will be read
 * @param write whether a file will be written
 * @param flags WASI's flags of the new descriptor: {@link #APPEND}, {@link #SYNCED} and others
 */
@Internal
public record OpenRequest(
    boolean follow,
    boolean create,
    boolean directoryOnly,
    boolean exclusive,
    boolean truncate,
    boolean read,
    boolean write,
    int flags) {

  /** Every write goes to the end of the file. */
  public static final int APPEND = Descriptor.APPEND;

  /** Every write is on the device before it returns. */
  public static final int SYNCED = Descriptor.SYNCED;

  /** Whether one of some flags is set. */
  boolean has(int some) {
    return (flags & some) != 0;
  }
}
