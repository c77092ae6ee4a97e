package dev.wasmrun.wasi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;

/**
 * Creates what the JDK can create by path only: directories and links.
 *
 * <p>A path may be led elsewhere by whoever renames directories in it. The granted directory's own
 * path may not, by a guest, so things are created there under a name that nobody knows, and then
 * renamed from there to where they belong, which the JDK can do relative to open directories.
 *
 * <p>The caller holds the names lock exclusively: guests neither see the first name nor take the
 * second meanwhile.
 */
final class Staging {
  private static final String PREFIX = ".wasm-run-";

  private final Path root;

  /**
   * Creates a staging place.
   *
   * @param root the outermost granted directory that contains the place
   */
  Staging(Path root) {
    this.root = root;
  }

  /** Creates something at a path that does not exist. */
  @FunctionalInterface
  interface Creation {
    void at(Path path) throws IOException;
  }

  /** Creates something at a place where nothing is. */
  void create(PathTarget place, Creation creation) throws IOException {
    create(place, creation, null);
  }

  /**
   * Has a place name what a host path named, if that has the identity it should have.
   *
   * @throws ChangedMeanwhile if the path led elsewhere
   */
  void link(PathTarget place, Path existing, Object key) throws IOException, ChangedMeanwhile {
    var wrong = new boolean[1];
    create(
        place,
        path -> Files.createLink(path, existing),
        linked -> {
          var attributes =
              Files.readAttributes(linked, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          wrong[0] = !attributes.fileKey().equals(key);
          return !wrong[0];
        });
    if (wrong[0]) {
      throw new ChangedMeanwhile();
    }
  }

  private interface Check {
    boolean passes(Path path) throws IOException;
  }

  private void create(PathTarget place, Creation creation, Check check) throws IOException {
    if (place.attributesIfAny().isPresent()) {
      throw new ErrnoException(Errno.EXIST);
    }
    Path staged = root.resolve(PREFIX + UUID.randomUUID());
    creation.at(staged);
    boolean moved = false;
    try (var stream = Files.newDirectoryStream(root)) {
      if (check == null || check.passes(staged)) {
        var from = (SecureDirectoryStream<Path>) stream;
        from.move(staged.getFileName(), place.directory(), place.name());
        moved = true;
      }
    } finally {
      if (!moved) {
        Files.deleteIfExists(staged);
      }
    }
  }
}
