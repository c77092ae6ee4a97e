package dev.wasmrun.wasi;

import dev.wasmrun.wasi.OpenDirectory.Grant;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/**
 * The rule that keeps a symbolic link of a guest from leading other programs out of the grant,
 * which follow links by themselves: its target is at most as many ".." as there are directories of
 * the grant above it, and then names.
 *
 * <p>Only ".." leads upwards, and here only from the directory that the link is in, which is no
 * link itself. So it does not matter what the names after it stand for, or will: directories, or
 * other links of this kind. A ".." after a name would lead upwards from wherever that name leads.
 *
 * <p>What moves a link upwards, or a directory with links in it, or gives a link a second name, is
 * held to the rule as well. The caller holds the names lock exclusively.
 */
final class LinkRule {
  private static final String UP = "..";

  /** Deeper than any path is long; what lies deeper still has been built to be awkward. */
  private static final int DEEPEST = 2048;

  private LinkRule() {}

  /** Requires that a new link with this target may be at a place of a grant. */
  static void requireTarget(String target, PathTarget place, Grant grant) throws IOException {
    if (target.startsWith("/") || !climbsFirst(target)) {
      throw new ErrnoException(Errno.PERM);
    }
    requireAt(depth(place, grant), target);
  }

  /** Requires that what is at a place, a link or not, may have another name as well. */
  static void requireSecondName(
      PathTarget existing, BasicFileAttributes found, PathTarget place, Grant grant)
      throws IOException, ChangedMeanwhile {
    if (found.isSymbolicLink()) {
      requireAt(depth(place, grant), existing.linkTarget(found));
    }
  }

  /** Requires that what is at a place may move to another, with all that is in it. */
  static void requireMove(PathTarget from, Grant source, PathTarget to, Grant target)
      throws IOException, ChangedMeanwhile {
    BasicFileAttributes moving = from.attributes();
    if (moving.isDirectory()) {
      int depth = depth(to, target);
      if (depth < depth(from, source)) {
        try (var directory = from.openDirectory()) {
          requireBelow(directory, from.hostPath(), depth + 1);
        } catch (DirectoryIteratorException e) {
          throw e.getCause();
        }
      }
    } else {
      requireSecondName(from, moving, to, target);
    }
  }

  private static void requireBelow(SecureDirectoryStream<Path> directory, Path path, int depth)
      throws IOException, ChangedMeanwhile {
    if (depth > DEEPEST) {
      throw new ErrnoException(Errno.NAMETOOLONG);
    }
    for (Path entry : directory) {
      Path name = entry.getFileName();
      var attributes =
          directory
              .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes();
      if (attributes.isSymbolicLink()) {
        requireAt(depth, LinkReader.read(directory, path, name, attributes.fileKey()));
      } else if (attributes.isDirectory()) {
        try (var below = directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
          requireBelow(below, path.resolve(name), depth + 1);
        }
      }
    }
  }

  private static void requireAt(int depth, String target) {
    if (climbs(target) > depth) {
      throw new ErrnoException(Errno.PERM);
    }
  }

  /** By how many directories a target leads up from where it starts, at its highest. */
  private static int climbs(String target) {
    int height = 0;
    int highest = 0;
    for (String name : target.split("/")) {
      if (name.equals(UP)) {
        highest = Math.max(highest, ++height);
      } else if (!name.isEmpty() && !name.equals(".")) {
        height--;
      }
    }
    // What is absolute starts at the same place wherever the link is.
    return target.startsWith("/") ? 0 : highest;
  }

  /** Whether no ".." comes after a name, which would make up for it. */
  private static boolean climbsFirst(String target) {
    return Stream.of(target.split("/")).filter(UP::equals).count() == climbs(target);
  }

  private static int depth(PathTarget place, Grant grant) throws IOException {
    return depth(place.directory(), grant, DEEPEST);
  }

  /**
   * How many directories of a grant a directory is in. It is counted on the way up: where the
   * directory was when it was opened says nothing.
   */
  private static int depth(SecureDirectoryStream<Path> directory, Grant grant, int most)
      throws IOException {
    if (key(directory).equals(grant.key())) {
      return 0;
    }
    if (most == 0) {
      throw new ErrnoException(Errno.NAMETOOLONG);
    }
    try (var above = directory.newDirectoryStream(Path.of(UP), LinkOption.NOFOLLOW_LINKS)) {
      if (key(above).equals(key(directory))) {
        throw new ErrnoException(Errno.PERM); // another program has moved it out of the grant
      }
      return 1 + depth(above, grant, most - 1);
    }
  }

  private static Object key(SecureDirectoryStream<Path> directory) throws IOException {
    return directory.getFileAttributeView(BasicFileAttributeView.class).readAttributes().fileKey();
  }
}
