package dev.wasmrun.wasi;

import dev.wasmrun.Internal;
import dev.wasmrun.guest.ClockAndRandomness;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A guest's open descriptors, by number, with the semantics of WASI preview 1. Thread-safe.
 *
 * <p>Every operation throws {@link ErrnoException} for what a guest should be told, and {@link
 * IOException} for what {@link Errno#of} translates. Those that can block throw {@link
 * InterruptedException} and hold no lock that another descriptor needs.
 */
@Internal
public final class Descriptors {
  private final DescriptorTable table;
  private final GrantedFiles files;
  private final ClockAndRandomness circumstances;
  private final Bell bell;

  /**
   * Creates the operations on a table's descriptors.
   *
   * @param bell rings when what they wait for may have come about
   */
  Descriptors(
      DescriptorTable table, GrantedFiles files, ClockAndRandomness circumstances, Bell bell) {
    this.table = table;
    this.files = files;
    this.circumstances = circumstances;
    this.bell = bell;
  }

  /** An entry of a directory. */
  public record Entry(String name, FileStatus status) {}

  /**
   * Reads up to {@code length} bytes, waiting for the first.
   *
   * @return how many bytes; 0 at the end
   */
  public int read(int number, byte[] into, int length) throws IOException, InterruptedException {
    Descriptor descriptor = readable(number);
    return descriptor.read(into, length);
  }

  /** Reads from a file at a position in bytes, without moving the descriptor's own. */
  int readAt(int number, byte[] into, int length, long at) throws IOException {
    OpenFile file = seekable(number, Right.FD_READ);
    requireOffset(at);
    return file.readAt(into, length, at);
  }

  /**
   * Writes; to a standard stream all bytes, in one piece and flushed.
   *
   * @return how many bytes were written
   */
  public int write(int number, byte[] from, int length) throws IOException, InterruptedException {
    Descriptor descriptor = table.get(number);
    if (descriptor instanceof OpenDirectory) {
      throw new ErrnoException(Errno.BADF);
    }
    descriptor.require(Right.FD_WRITE);
    return descriptor.write(from, length);
  }

  /** Writes to a file at a position in bytes, without moving the descriptor's own. */
  int writeAt(int number, byte[] from, int length, long at) throws IOException {
    OpenFile file = seekable(number, Right.FD_WRITE);
    requireOffset(at);
    return file.writeAt(from, length, at);
  }

  /** Moves a file's position; returns it in bytes from the start. */
  public long seek(int number, long delta, Whence whence) throws IOException {
    boolean tells = delta == 0 && whence == Whence.CURRENT;
    return seekable(number, tells ? Right.FD_TELL : Right.FD_SEEK).seek(delta, whence);
  }

  /** Closes a descriptor and frees its number. */
  public void close(int number) throws IOException {
    table.close(number);
  }

  /** What is known of what a descriptor stands for. */
  public FileStatus status(int number) throws IOException {
    Descriptor descriptor = get(number, Right.FD_FILESTAT_GET);
    if (descriptor instanceof OpenFile file) {
      return files.status(file);
    }
    return descriptor instanceof OpenDirectory directory
        ? files.status(directory)
        : descriptor.status();
  }

  /** Whether somebody sits at the other end of a descriptor. */
  public boolean isTerminal(int number) {
    return table.get(number).isTerminal();
  }

  /** What the guest calls a granted directory; empty for any other descriptor. */
  public Optional<String> grantedAs(int number) {
    return table.get(number) instanceof OpenDirectory directory
        ? directory.grantedAs()
        : Optional.empty();
  }

  /** The names in a directory with what they are, '.' and '..' included, from an index on. */
  public List<Entry> entries(int number, long from, int most) throws IOException {
    OpenDirectory directory = directory(number);
    directory.require(Right.FD_READDIR);
    if (from == 0) {
      var names = new ArrayList<>(List.of(".", ".."));
      names.addAll(files.list(directory));
      directory.listed(names);
    }
    List<String> names = directory.listing();
    if (from < 0 || from > names.size()) {
      throw new ErrnoException(Errno.INVAL);
    }
    var entries = new ArrayList<Entry>();
    for (String name : names.subList((int) from, (int) Math.min(names.size(), from + most))) {
      entries.add(new Entry(name, entryStatus(directory, name)));
    }
    return entries;
  }

  /** A directory's own status stands for its parent's too, which may lie outside the grant. */
  private FileStatus entryStatus(OpenDirectory directory, String name) throws IOException {
    Optional<FileStatus> found = files.entry(directory, name.equals("..") ? "." : name);
    return found.orElseGet(() -> FileStatus.ofStream(FileType.UNKNOWN));
  }

  /** Gives what a number stands for a second one, not below {@code least}; returns that. */
  public int duplicate(int number, int least) {
    return table.duplicate(number, least);
  }

  /** Has {@code to} stand for what {@code from} stands for, too, whatever it stood for before. */
  public void duplicateAs(int from, int to) throws IOException {
    table.duplicateAs(from, to);
  }

  void renumber(int from, int to) throws IOException {
    table.renumber(from, to);
  }

  /** Makes sure that what was written is on the device, with or without the file's metadata. */
  public void sync(int number, boolean metadata) throws IOException {
    Descriptor descriptor = get(number, metadata ? Right.FD_SYNC : Right.FD_DATASYNC);
    if (descriptor instanceof OpenFile file) {
      file.force(metadata);
    }
  }

  /** {@link Errno#SPIPE} for a stream, and so on, unless a descriptor is a file's. */
  public void requireFile(int number) {
    seekable(number, Right.FD_ADVISE);
  }

  /** Has a file be at least {@code offset + length} bytes long. */
  public void allocate(int number, long offset, long length) throws IOException {
    OpenFile file = seekable(number, Right.FD_ALLOCATE);
    if (offset < 0 || length <= 0) {
      throw new ErrnoException(Errno.INVAL);
    }
    if (offset + length < 0) {
      throw new ErrnoException(Errno.FBIG);
    }
    file.extend(offset + length);
  }

  /** Cuts a file to a size in bytes, or extends it by zeros. */
  public void resize(int number, long size) throws IOException {
    OpenFile file = seekable(number, Right.FD_FILESTAT_SET_SIZE);
    requireOffset(size);
    file.resize(size);
  }

  /** Sets times; null leaves one as it is. */
  public void setTimes(int number, FileTime accessed, FileTime modified) throws IOException {
    Descriptor descriptor = get(number, Right.FD_FILESTAT_SET_TIMES);
    if (descriptor instanceof OpenFile file) {
      files.setTimes(file, accessed, modified);
    } else if (descriptor instanceof OpenDirectory directory) {
      files.setTimes(directory, ".", false, accessed, modified);
    }
  }

  /**
   * How many bytes a read finds at once, 0 at the end; empty if it would have to wait.
   *
   * @throws ErrnoException if it cannot be read
   */
  public OptionalInt available(int number) throws IOException, InterruptedException {
    return readable(number).available();
  }

  /** Whether a descriptor is an end of a pipe whose other end is closed. */
  public boolean isAbandoned(int number) {
    return table.get(number).isAbandoned();
  }

  /** Whether a descriptor can be written to without having to wait. */
  public boolean isWritable(int number) {
    Descriptor descriptor = table.get(number);
    return (descriptor.rights() & Right.FD_WRITE.bit()) != 0 && descriptor.hasRoom();
  }

  /** How often anything has happened that may make a descriptor ready to be read or written. */
  public long events() {
    return bell.rings();
  }

  /**
   * Waits until something has happened that may make a descriptor ready.
   *
   * @param seen what {@link #events} was before somebody looked whether one is
   * @param nanos for how long at most
   */
  public void awaitEvent(long seen, long nanos) throws InterruptedException {
    bell.await(seen, nanos);
  }

  /** Has writes go to the end of a file or not, and reads and writes wait or not. */
  public void setModes(int number, boolean append, boolean nonBlocking) {
    Descriptor descriptor = get(number, Right.FD_FDSTAT_SET_FLAGS);
    int others = descriptor.flags() & ~(Descriptor.APPEND | Descriptor.NONBLOCK);
    descriptor.setFlags(
        others | (append ? Descriptor.APPEND : 0) | (nonBlocking ? Descriptor.NONBLOCK : 0));
  }

  /** Makes a pipe: the numbers of its reading end and of its writing end. */
  public int[] pipe() throws IOException {
    var pipe = new Pipe(bell, circumstances);
    int reading = table.add(new PipeReader(pipe));
    try {
      return new int[] {reading, table.add(new PipeWriter(pipe))};
    } catch (ErrnoException e) {
      table.close(reading);
      throw e;
    }
  }

  /** Opens a device; returns its number. */
  public int open(Device device) throws IOException {
    return table.add(new DeviceDescriptor(device, circumstances));
  }

  /**
   * A regular file that stays open until the caller closes this, whatever becomes of its number.
   */
  public HeldFile hold(int number) {
    if (table.get(number) instanceof OpenFile file) {
      return new HeldFile(table, file);
    }
    throw new ErrnoException(Errno.NODEV);
  }

  /** How much room there is where a file or directory lies. */
  public FileStore store(int number) throws IOException {
    return files.store(table.get(number));
  }

  /** Where a directory is by the guest's names: below one that it was granted. */
  public String path(int number) {
    return directory(number).guestPath();
  }

  Descriptor get(int number) {
    return table.get(number);
  }

  Descriptor get(int number, Right right) {
    Descriptor descriptor = table.get(number);
    descriptor.require(right);
    return descriptor;
  }

  OpenDirectory directory(int number) {
    if (table.get(number) instanceof OpenDirectory directory) {
      return directory;
    }
    throw new ErrnoException(Errno.NOTDIR);
  }

  private Descriptor readable(int number) {
    Descriptor descriptor = table.get(number);
    if (descriptor instanceof OpenDirectory) {
      throw new ErrnoException(Errno.ISDIR);
    }
    descriptor.require(Right.FD_READ);
    return descriptor;
  }

  OpenFile seekable(int number, Right right) {
    Descriptor descriptor = table.get(number);
    if (descriptor instanceof OpenFile file) {
      file.require(right);
      return file;
    }
    throw new ErrnoException(descriptor instanceof OpenDirectory ? Errno.BADF : Errno.SPIPE);
  }

  private static void requireOffset(long offset) {
    if (offset < 0) {
      throw new ErrnoException(Errno.INVAL);
    }
  }
}
