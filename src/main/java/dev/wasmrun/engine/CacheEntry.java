package dev.wasmrun.engine;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.wasmrun.compiler.UnitStore;
import dev.wasmrun.compiler.emit.GeneratedUnit;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;

/**
 * The generated classes of one module in one variant: a file to which each unit is appended when it
 * has been compiled.
 *
 * <pre>
 *   SHA-256 of the key | record | record | …
 *   record: number of bytes, bytes of a {@link StoredUnit}, CRC-32 of both
 * </pre>
 *
 * <p>Who reads or writes has the file locked, so that several processes may do both. What follows a
 * damaged record, as an end while it was written leaves one, is cut off. Files that are no ordinary
 * ones, or larger than the whole cache may be, are left alone.
 *
 * <p>Thread-safe. No failure is one of the run.
 */
final class CacheEntry implements UnitStore {
  /** A lock of a file is one of the process: it does not keep threads apart. */
  private static final Object FILES = new Object();

  private static final int FRAME = 2 * Integer.BYTES;

  /** No group of functions becomes as many bytes; a length beyond it is damage. */
  private static final int LARGEST_UNIT = 64 << 20;

  private final Path file;
  private final byte[] key;
  private final long bound;
  private final Runnable created;
  private final Map<String, byte[]> stored = new ConcurrentHashMap<>();

  private CacheEntry(Path file, byte[] key, long bound, Runnable created) {
    this.file = file;
    this.key = key;
    this.bound = bound;
    this.created = created;
  }

  /**
   * Reads what a file has, if there is one.
   *
   * @param key what it is to begin with
   * @param bound the most bytes that it may have
   * @param created called when there is a new file
   */
  static CacheEntry open(Path file, byte[] key, long bound, Runnable created) {
    var entry = new CacheEntry(file, key, bound, created);
    entry.read();
    return entry;
  }

  private boolean isOurs() {
    try {
      return !Files.exists(file, LinkOption.NOFOLLOW_LINKS)
          || Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= bound;
    } catch (IOException e) {
      return false;
    }
  }

  private void read() {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS) || !isOurs()) {
      return;
    }
    synchronized (FILES) {
      try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
        channel.lock(); // until it is closed
        channel.truncate(records(channel));
      } catch (IOException | OverlappingFileLockException e) {
        stored.clear();
      }
    }
  }

  /** Takes the records of a file; how many of its bytes are whole ones. */
  private long records(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < key.length || !Arrays.equals(bytes(channel, key.length).array(), key)) {
      return 0;
    }
    long whole = key.length;
    while (size - whole >= FRAME) {
      int length = bytes(channel, Integer.BYTES).getInt();
      if (length < 0 || length > Math.min(LARGEST_UNIT, size - whole - FRAME)) {
        return whole;
      }
      byte[] unit = bytes(channel, length).array();
      if (bytes(channel, Integer.BYTES).getInt() != check(unit)) {
        return whole;
      }
      stored.put(StoredUnit.name(unit), unit);
      whole += length + FRAME;
    }
    return whole;
  }

  private static ByteBuffer bytes(FileChannel channel, int count) throws IOException {
    var bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }

  private static int check(byte[] bytes) {
    var crc = new CRC32();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    crc.update(bytes);
    return (int) crc.getValue();
  }

  @Override
  public Optional<GeneratedUnit> find(String unit) {
    // Taken out: it is loaded once, and memory is better used for something else.
    return Optional.ofNullable(stored.remove(unit)).flatMap(StoredUnit::decode);
  }

  @Override
  public void keep(String unit, GeneratedUnit generated) {
    byte[] bytes = StoredUnit.encode(unit, generated);
    var record = ByteBuffer.allocate(bytes.length + FRAME);
    record.putInt(bytes.length).put(bytes).putInt(check(bytes)).flip();
    if (bytes.length <= LARGEST_UNIT && isOurs()) {
      append(record);
    }
  }

  private void append(ByteBuffer record) {
    boolean isNew = false;
    synchronized (FILES) {
      try (FileChannel channel = FileChannel.open(file, READ, WRITE, CREATE)) {
        channel.lock(); // until it is closed
        isNew = channel.size() == 0;
        if (isNew) {
          write(channel, ByteBuffer.wrap(key));
        }
        channel.position(channel.size());
        write(channel, record);
      } catch (IOException | OverlappingFileLockException e) {
        // A full disk, a directory that has vanished, a lock of another copy of this class: the
        // next process compiles anew.
      }
    }
    if (isNew) {
      created.run();
    }
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
