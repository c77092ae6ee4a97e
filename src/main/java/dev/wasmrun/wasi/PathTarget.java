package dev.wasmrun.wasi;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * A name in an open directory: where a path of a guest leads to, whether something is there or not.
 *
 * @param directory the directory itself, whatever any path leads to by now
 * @param hostDirectory where the directory was on the host when it was opened
 * @param name a single name without '..'; '.' for the directory itself
 * @param directoryOnly whether the path can only mean a directory, as it ends in a slash
 * @param owner closes the directories that were opened on the way here
 */
record PathTarget(
    SecureDirectoryStream<Path> directory,
    Path hostDirectory,
    Path name,
    boolean directoryOnly,
    PathWalk owner)
    implements AutoCloseable {

  private static final String ITSELF = ".";

  boolean isDirectoryItself() {
    return name.toString().equals(ITSELF);
  }

  Path hostPath() {
    return isDirectoryItself() ? hostDirectory : hostDirectory.resolve(name);
  }

  /** What the name stands for; a symbolic link stands for itself. */
  BasicFileAttributes attributes() throws IOException {
    return view().readAttributes();
  }

  /** Like {@link #attributes}, empty where nothing is there. */
  Optional<BasicFileAttributes> attributesIfAny() throws IOException {
    try {
      return Optional.of(attributes());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  BasicFileAttributeView view() {
    return directory.getFileAttributeView(
        name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Opens the directory that is here.
   *
   * @throws ChangedMeanwhile if it no longer is one
   */
  SecureDirectoryStream<Path> openDirectory() throws IOException, ChangedMeanwhile {
    try {
      return directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
    } catch (FileSystemException e) {
      Errno errno = Errno.of(e);
      if (errno == Errno.NOENT || errno == Errno.NOTDIR || errno == Errno.LOOP) {
        throw new ChangedMeanwhile(errno);
      }
      throw e;
    }
  }

  /**
   * The target of the symbolic link that is here.
   *
   * @param link what {@link #attributes} said of it
   * @throws ChangedMeanwhile if the link is gone
   */
  String linkTarget(BasicFileAttributes link) throws IOException, ChangedMeanwhile {
    if (!link.isSymbolicLink()) {
      throw new ErrnoException(Errno.INVAL);
    }
    return LinkReader.read(directory, hostDirectory, name, link.fileKey());
  }

  @Override
  public void close() throws IOException {
    owner.close();
  }
}
