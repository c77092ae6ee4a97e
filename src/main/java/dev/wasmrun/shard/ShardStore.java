package dev.wasmrun.shard;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A directory with the outputs of shards that have run to their end, a file each:
 *
 * <pre>
 *   shard-3-of-64.txt     %wasm-run shard 3/64 of b5bb9d80…, output 7d865e95…
 *                         1076634262427710000
 *                         …
 * </pre>
 *
 * <p>The first line says of which work it is, so that no shard of another is taken for one of this,
 * and what the rest is to be. A file is there as a whole or not at all: it is written by another
 * name, and moved. Used by any number of threads and processes; of two that keep the same shard,
 * either's file stays.
 */
public final class ShardStore {
  private final Path directory;
  private final ShardWork work;
  private final String identity;

  /**
   * Opens a directory, which is made if there is none.
   *
   * @throws ShardException if it cannot be used, or has shards of other work
   */
  public ShardStore(Path directory, ShardWork work) {
    this.directory = directory;
    this.work = work;
    this.identity = work.identity();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new ShardException(
          "cannot keep shards in %s: %s".formatted(directory, FileTrouble.of(e)), e);
    }
    ShardFile.in(directory).forEach(this::requireOurs);
  }

  private void requireOurs(Path path) {
    ShardFile.Header header = ShardFile.header(path);
    if (!header.work().equals(identity) || header.shard().count() != work.plan().count()) {
      throw new ShardException(
          "%s is a shard of another run than this, with another module, arguments or number of shards; name another directory"
              .formatted(path));
    }
    if (!path.equals(path(header.shard().index()))) {
      throw new ShardException(
          "%s is not called as shard %s, which it is; remove it".formatted(path, header.shard()));
    }
  }

  /**
   * The shards that are not there, from 0.
   *
   * @throws ShardException if one that is there is damaged: told before the others are run
   */
  List<Integer> missing() {
    var missing = new ArrayList<Integer>();
    for (int shard = 0; shard < work.plan().count(); shard++) {
      if (has(shard)) {
        output(shard);
      } else {
        missing.add(shard);
      }
    }
    return missing;
  }

  /** Whether a shard is there. */
  public boolean has(int shard) {
    return Files.exists(path(shard));
  }

  /**
   * The output of a shard that is there.
   *
   * @throws ShardException if it cannot be read, or is damaged
   */
  public byte[] output(int shard) {
    return ShardFile.output(path(shard));
  }

  /**
   * Keeps the output of a shard.
   *
   * @throws ShardException if it cannot be written
   */
  public void keep(ShardResult result) {
    Path path = path(result.shard());
    try {
      Path draft =
          path.resolveSibling("%s.%s.part".formatted(path.getFileName(), UUID.randomUUID()));
      var shard = new Shard(result.shard(), work.plan().count());
      try (var out = Files.newOutputStream(draft)) {
        out.write(ShardFile.Header.of(shard, identity, result.output()).line());
        out.write(result.output());
      }
      move(draft, path);
    } catch (IOException e) {
      throw new ShardException("cannot write %s: %s".formatted(path, FileTrouble.of(e)), e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Path path(int shard) {
    return directory.resolve("shard-%s-of-%s.txt".formatted(shard, work.plan().count()));
  }
}
