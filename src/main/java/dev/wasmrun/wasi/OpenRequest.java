package dev.wasmrun.wasi;

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
 * @param append whether every write goes to the end
 * @param synced whether every write is on the device before it returns
 */
public record OpenRequest(
    boolean follow,
    boolean create,
    boolean directoryOnly,
    boolean exclusive,
    boolean truncate,
    boolean read,
    boolean write,
    boolean append,
    boolean synced) {}
