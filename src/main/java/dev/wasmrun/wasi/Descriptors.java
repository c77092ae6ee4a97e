package dev.wasmrun.wasi;

import dev.wasmrun.Internal;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

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

  Descriptors(DescriptorTable table, GrantedFiles files) {
    this.table = table;
    this.files = files;
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
        : FileStatus.ofStream(descriptor.type());
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
  void sync(int number, boolean metadata) throws IOException {
    Descriptor descriptor = get(number, metadata ? Right.FD_SYNC : Right.FD_DATASYNC);
    if (descriptor instanceof OpenFile file) {
      file.force(metadata);
    }
  }

  /** Has a file be at least {@code offset + length} bytes long. */
  void allocate(int number, long offset, long length) throws IOException {
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

  /** Whether a read would find something, or the end, or fail, without having to wait. */
  public boolean isReadable(int number) throws IOException, InterruptedException {
    return available(readable(number)).isPresent();
  }

  /** Whether a descriptor can be written to. */
  public boolean isWritable(int number) {
    return (table.get(number).rights() & Right.FD_WRITE.bit()) != 0;
  }

  /**
   * Waits until the standard input has something to read, or has ended.
   *
   * @param nanos for how long at most
   */
  public void awaitInput(long nanos) throws InterruptedException {
    for (Descriptor descriptor : table.all()) {
      if (descriptor instanceof InputDescriptor stdin) {
        stdin.input().awaitReadable(nanos);
        return;
      }
    }
    TimeUnit.NANOSECONDS.sleep(nanos);
  }

  /** The number of bytes a read finds at once; empty if it would have to wait. */
  OptionalInt available(Descriptor descriptor) throws IOException, InterruptedException {
    if (descriptor instanceof InputDescriptor stdin) {
      return stdin.input().awaitReadable(0)
          ? OptionalInt.of(stdin.input().available())
          : OptionalInt.empty();
    }
    if (descriptor instanceof OpenFile file) {
      long left = file.size() - file.seek(0, Whence.CURRENT);
      return OptionalInt.of((int) Math.max(0, Math.min(left, Integer.MAX_VALUE)));
    }
    return OptionalInt.of(0);
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
