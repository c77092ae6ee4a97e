package dev.wasmrun.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Generated classes in a directory, a {@link CacheEntry} for each module and variant of its code,
 * so that a process need not generate what an earlier one has.
 *
 * <p>The entries used longest ago go first when all of them exceed the bound. A cache that cannot
 * be read or written is merely of no use: no failure of it is one of the run.
 *
 * <p>Thread-safe, and safe among processes. What is read here becomes code of this process, so only
 * {@link CacheDirectory} decides where that may come from.
 */
final class CodeCache {
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

  /** What is stored under a key, and can be. */
  CacheEntry entry(String key) {
    byte[] digest = digest(key);
    Path file = directory.resolve(HexFormat.of().formatHex(digest));
    touch(file);
    return CacheEntry.open(file, digest, bound, this::keepToBound);
  }

  private static void touch(Path file) {
    try {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      }
    } catch (IOException e) {
      // It looks older than it is, and goes sooner.
    }
  }

  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void keepToBound() {
    try {
      List<Found> oldestFirst;
      try (Stream<Path> files = Files.list(directory)) {
        oldestFirst =
            files
                .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                .map(Found::of)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Found::used))
                .toList();
      }
      long total = oldestFirst.stream().mapToLong(Found::size).sum();
      for (Found entry : oldestFirst) {
        if (total <= bound) {
          return;
        }
        Files.deleteIfExists(entry.file());
        total -= entry.size();
      }
    } catch (IOException | UncheckedIOException e) {
      // Somebody else's turn to tidy up.
    }
  }

  private record Found(Path file, FileTime used, long size) {
    /** What is known of a file; nothing if another process has just deleted it. */
    static Optional<Found> of(Path file) {
      try {
        return Optional.of(new Found(file, Files.getLastModifiedTime(file), Files.size(file)));
      } catch (NoSuchFileException e) {
        return Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
