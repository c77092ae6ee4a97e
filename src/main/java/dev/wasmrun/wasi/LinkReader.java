package dev.wasmrun.wasi;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * A reader of symbolic links in an open directory.
 *
 * <p>The JDK reads links by path only, and whoever renames directories can lead a path elsewhere
 * for just the moment of reading. So the path goes through the process's own descriptor of the
 * directory, {@code /proc/self/fd/N}, found by the directory's identity: renaming does not change
 * what that leads to. Where there is no such thing, the directory's path has to do.
 */
final class LinkReader {
  private static final Path OWN_DESCRIPTORS = Path.of("/proc/self/fd");

  private LinkReader() {}

  /**
   * The target of a link.
   *
   * @param path where the directory was on the host when it was opened
   * @param key the identity of the link; what has another is not looked at
   * @throws ChangedMeanwhile if the link is gone
   */
  static String read(SecureDirectoryStream<Path> directory, Path path, Path name, Object key)
      throws IOException, ChangedMeanwhile {
    List<Path> ways = Files.isDirectory(OWN_DESCRIPTORS) ? descriptors(directory) : List.of(path);
    for (Path way : ways) {
      Path link = way.resolve(name);
      try {
        String target = Files.readSymbolicLink(link).toString();
        // The descriptor may have been closed, and its number used again, since it was found.
        if (attributes(link, LinkOption.NOFOLLOW_LINKS).fileKey().equals(key)) {
          return target;
        }
      } catch (IOException e) {
        continue; // not this way, or no longer
      }
    }
    throw new ChangedMeanwhile();
  }

  /** All descriptors of this process for a directory; at least the one that is open. */
  private static List<Path> descriptors(SecureDirectoryStream<Path> directory) throws IOException {
    Object key =
        directory.getFileAttributeView(BasicFileAttributeView.class).readAttributes().fileKey();
    var found = new ArrayList<Path>();
    try (var all = Files.newDirectoryStream(OWN_DESCRIPTORS)) {
      for (Path descriptor : all) {
        if (leadsTo(descriptor, key)) {
          found.add(descriptor);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  private static boolean leadsTo(Path descriptor, Object key) {
    try {
      return key.equals(attributes(descriptor).fileKey());
    } catch (IOException e) {
      return false; // closed meanwhile, or nothing that has attributes
    }
  }

  private static BasicFileAttributes attributes(Path path, LinkOption... options)
      throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, options);
  }
}
