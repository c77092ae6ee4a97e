package dev.wasmrun.wasi;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The way from an open directory along a guest's path, one name at a time and never out of that
 * directory.
 *
 * <p>Used once, by one thread, and then closed.
 */
final class PathWalk implements AutoCloseable {
  /*
   * The system is never given a path of more than one name, and never one that it could follow a
   * link at: each directory is opened relative to the one before it, without following. Links are
   * read here and their targets become part of the path that is left to walk, so a link leads no
   * further than the same text in the guest's own path would. ".." closes a directory and goes on
   * with the one it was opened from, so it is always the way back, whatever was moved meanwhile.
   *
   * A directory is opened only if it looked like one: to open a FIFO would block.
   */

  /** Links followed before a path is taken for a circle, as Linux counts. */
  private static final int MOST_LINKS = 40;

  private record Level(SecureDirectoryStream<Path> stream, Path hostPath) {}

  private final Level base;
  private final Deque<Level> opened = new ArrayDeque<>();
  private final Deque<String> pending = new ArrayDeque<>();
  private boolean directoryOnly;
  private int links;

  private PathWalk(OpenDirectory base) {
    this.base = new Level(base.stream(), base.path());
  }

  /**
   * Walks.
   *
   * @param follow whether a symbolic link at the end of the path stands for its target
   * @return where the path leads to; it must be closed
   * @throws ErrnoException {@link Errno#PERM} if the path leads out of {@code base}
   */
  static PathTarget walk(OpenDirectory base, String path, boolean follow)
      throws IOException, ChangedMeanwhile {
    if (path.isEmpty()) {
      throw new ErrnoException(Errno.NOENT);
    }
    if (path.indexOf('\0') >= 0) {
      throw new ErrnoException(Errno.INVAL);
    }
    var walk = new PathWalk(base);
    boolean arrived = false;
    try {
      walk.prepend(path);
      PathTarget place = walk.toTheEnd(follow);
      arrived = true;
      return place;
    } finally {
      if (!arrived) {
        walk.close();
      }
    }
  }

  private PathTarget toTheEnd(boolean follow) throws IOException, ChangedMeanwhile {
    while (!pending.isEmpty()) {
      String name = pending.pop();
      if (name.equals("..")) {
        goBack();
        continue;
      }
      PathTarget place = here(name);
      boolean last = pending.isEmpty();
      if (last && !follow && !directoryOnly) {
        return place;
      }
      var found = place.attributesIfAny();
      if (found.isPresent() && found.get().isSymbolicLink()) {
        expand(place, found.get());
      } else if (last) {
        return place;
      } else {
        enter(place, found.orElseThrow(() -> new ErrnoException(Errno.NOENT)));
      }
    }
    directoryOnly = true;
    return here(".");
  }

  private PathTarget here(String name) {
    Level level = opened.isEmpty() ? base : opened.peek();
    Path single = level.hostPath.getFileSystem().getPath(name);
    return new PathTarget(level.stream, level.hostPath, single, directoryOnly, this);
  }

  private void enter(PathTarget place, BasicFileAttributes found)
      throws IOException, ChangedMeanwhile {
    if (!found.isDirectory()) {
      throw new ErrnoException(Errno.NOTDIR);
    }
    opened.push(new Level(place.openDirectory(), place.hostPath()));
  }

  private void goBack() throws IOException {
    if (opened.isEmpty()) {
      throw new ErrnoException(Errno.PERM);
    }
    opened.pop().stream.close();
  }

  private void expand(PathTarget place, BasicFileAttributes link)
      throws IOException, ChangedMeanwhile {
    if (++links > MOST_LINKS) {
      throw new ErrnoException(Errno.LOOP);
    }
    prepend(place.linkTarget(link));
  }

  private void prepend(String path) {
    if (path.startsWith("/")) {
      throw new ErrnoException(Errno.PERM);
    }
    if (pending.isEmpty() && (path.endsWith("/") || path.endsWith("/."))) {
      directoryOnly = true;
    }
    List<String> names =
        List.of(path.split("/")).stream().filter(n -> !n.isEmpty() && !n.equals(".")).toList();
    for (int i = names.size() - 1; i >= 0; i--) {
      pending.push(names.get(i));
    }
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (Level level : opened) {
      try {
        level.stream.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    opened.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
