package dev.wasmrun.engine;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.wasmrun.compiler.UnitStore;
import dev.wasmrun.compiler.emit.GeneratedUnit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
        var content = ByteBuffer.allocate((int) Math.min(channel.size(), Integer.MAX_VALUE));
        while (content.hasRemaining() && channel.read(content) >= 0) {}
        channel.truncate(records(content.flip()));
      } catch (IOException e) {
        stored.clear();
      }
    }
  }

  /** Takes the records of a file; how many of its bytes are whole ones. */
  private int records(ByteBuffer content) throws IOException {
    byte[] first = new byte[Math.min(key.length, content.remaining())];
    content.get(first);
    if (!Arrays.equals(first, key)) {
      return 0;
    }
    int whole = content.position();
    while (content.remaining() >= FRAME) {
      int length = content.getInt();
      if (length < 0 || length > content.remaining() - Integer.BYTES) {
        return whole;
      }
      byte[] bytes = new byte[length];
      content.get(bytes);
      if (content.getInt() != check(bytes)) {
        return whole;
      }
      stored.put(StoredUnit.name(bytes), bytes);
      whole = content.position();
    }
    return whole;
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
    return Optional.ofNullable(stored.remove(unit)).map(StoredUnit::decode);
  }

  @Override
  public void keep(String unit, GeneratedUnit generated) {
    byte[] bytes = StoredUnit.encode(unit, generated);
    var record = ByteBuffer.allocate(bytes.length + FRAME);
    record.putInt(bytes.length).put(bytes).putInt(check(bytes)).flip();
    if (isOurs()) {
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
      } catch (IOException e) {
        // A full disk, or a directory that has vanished: the next process compiles anew.
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
