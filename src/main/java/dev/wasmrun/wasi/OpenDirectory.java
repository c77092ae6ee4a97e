package dev.wasmrun.wasi;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.List;
import java.util.Optional;

/** A descriptor for a directory within a grant, or for the grant itself. */
final class OpenDirectory extends Descriptor {
  private final SecureDirectoryStream<Path> stream;
  private final Grant grant;
  private final Optional<String> grantedAs;

  /** Where the directory is on the host; written when one is renamed, under the names lock. */
  private volatile Path path;

  /** What the last listing from the start found; guarded by this object's monitor. */
  private List<String> listing = List.of();

  /**
   * A granted directory.
   *
   * @param path where it was on the host when it was granted
   * @param key its identity
   * @param guest what the guest calls it
   * @param readOnly whether nothing in it may be changed
   */
  record Grant(Path path, Object key, String guest, boolean readOnly) {}

  /**
   * Creates the descriptor of a directory.
   *
   * @param stream the directory itself, whatever its path leads to by now; closed with this
   * @param path where it is on the host
   * @param grant the granted directory that it lies in
   * @param grantedAs what the guest calls the grant; empty for a directory within one
   */
  OpenDirectory(
      SecureDirectoryStream<Path> stream,
      Path path,
      Grant grant,
      Optional<String> grantedAs,
      long rights,
      long inheriting) {
    super(rights, inheriting, 0);
    this.stream = stream;
    this.path = path;
    this.grant = grant;
    this.grantedAs = grantedAs;
  }

  @Override
  FileType type() {
    return FileType.DIRECTORY;
  }

  @Override
  int read(byte[] into, int length) {
    throw new ErrnoException(Errno.ISDIR);
  }

  /**
   * Throws what the guest is told if nothing here may be changed, but one of these rights would.
   */
  void requireUnchanged(long wanted) {
    if (grant.readOnly() && (wanted & Right.CHANGING) != 0) {
      throw new ErrnoException(Errno.ROFS);
    }
  }

  SecureDirectoryStream<Path> stream() {
    return stream;
  }

  Path path() {
    return path;
  }

  Grant grant() {
    return grant;
  }

  /** Where it is by the guest's names. */
  String guestPath() {
    return grant.guest() + "/" + grant.path().relativize(path);
  }

  Optional<String> grantedAs() {
    return grantedAs;
  }

  synchronized List<String> listing() {
    return listing;
  }

  synchronized void listed(List<String> names) {
    listing = List.copyOf(names);
  }

  @Override
  void moved(Path from, Path to) {
    if (path.startsWith(from)) {
      path = to.resolve(from.relativize(path));
    }
  }

  @Override
  void close() throws IOException {
    stream.close();
  }
}
