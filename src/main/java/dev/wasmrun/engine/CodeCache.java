package dev.wasmrun.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Generated classes in a directory, an entry for each module, so that a process need not generate
 * what an earlier one has.
 *
 * <pre>
 *   file name   SHA-256 of the key, in hexadecimal
 *   content     SHA-256 of the key and of what follows | number of classes | name, bytes | ...
 * </pre>
 *
 * <p>An entry appears as a whole or not at all, for it is renamed into place; one that is not what
 * its own digest says is deleted and counts as missing. The entries used longest ago go first when
 * all of them exceed the bound. A cache that cannot be read or written is merely of no use: no
 * failure of it is one of the run.
 *
 * <p>Thread-safe, and safe among processes. What is read here becomes code of this process, so only
 * {@link CacheDirectory} decides where that may come from.
 */
final class CodeCache {
  private static final int DIGEST_LENGTH = 32;

  private final Path directory;
  private final long bound;

  /**
   * A cache in a directory that nobody else can write to.
   *
   * @param bound the most bytes that all entries may have together
   */
  CodeCache(Path directory, long bound) {
    this.directory = directory;
    this.bound = bound;
  }

  /** The classes stored under a key, by name, in the order in which they were stored. */
  Optional<Map<String, byte[]>> read(String key) {
    Path file = file(key);
    try {
      byte[] content = Files.readAllBytes(file);
      Optional<Map<String, byte[]>> classes = decode(key, content);
      if (classes.isPresent()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      } else {
        Files.deleteIfExists(file);
      }
      return classes;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Stores classes under a key, in place of those that are there. */
  void write(String key, Map<String, byte[]> classes) {
    try {
      Path unfinished = Files.createTempFile(directory, "unfinished-", "");
      try {
        Files.write(unfinished, encode(key, classes));
        Files.move(unfinished, file(key), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
      keepToBound();
    } catch (IOException | UncheckedIOException e) {
      // A full disk, or a directory that has vanished: the next process generates the classes anew.
    }
  }

  private Path file(String key) {
    return directory.resolve(HexFormat.of().formatHex(digest(key, new byte[0])));
  }

  private void keepToBound() throws IOException {
    List<Entry> oldestFirst;
    try (Stream<Path> files = Files.list(directory)) {
      oldestFirst =
          files
              .map(Entry::of)
              .flatMap(Optional::stream)
              .sorted(Comparator.comparing(Entry::used))
              .toList();
    }
    long total = oldestFirst.stream().mapToLong(Entry::size).sum();
    for (Entry entry : oldestFirst) {
      if (total <= bound) {
        return;
      }
      Files.deleteIfExists(entry.file());
      total -= entry.size();
    }
  }

  private static byte[] encode(String key, Map<String, byte[]> classes) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(classes.size());
    for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeInt(entry.getValue().length);
      out.write(entry.getValue());
    }
    var content = new ByteArrayOutputStream();
    content.writeBytes(digest(key, bytes.toByteArray()));
    content.writeBytes(bytes.toByteArray());
    return content.toByteArray();
  }

  private static Optional<Map<String, byte[]>> decode(String key, byte[] content)
      throws IOException {
    if (content.length < DIGEST_LENGTH) {
      return Optional.empty();
    }
    byte[] bytes = Arrays.copyOfRange(content, DIGEST_LENGTH, content.length);
    byte[] stated = Arrays.copyOf(content, DIGEST_LENGTH);
    if (!MessageDigest.isEqual(stated, digest(key, bytes))) {
      return Optional.empty();
    }
    // From here on the bytes are those that were written.
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    var classes = new LinkedHashMap<String, byte[]>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      classes.put(name, in.readNBytes(in.readInt()));
    }
    return Optional.of(classes);
  }

  private static byte[] digest(String key, byte[] bytes) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(key.getBytes(StandardCharsets.UTF_8));
      return sha256.digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private record Entry(Path file, FileTime used, long size) {
    /** What is known of a file; nothing if another process has just deleted it. */
    static Optional<Entry> of(Path file) {
      try {
        return Optional.of(new Entry(file, Files.getLastModifiedTime(file), Files.size(file)));
      } catch (NoSuchFileException e) {
        return Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
