package dev.wasmrun.wasi;

import dev.wasmrun.Internal;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known of a file without reading it.
 *
 * @param device the file system it is on; with {@code inode}, its identity
 * @param size in bytes
 * @param accessed nanoseconds since 1970, like the times after it
 */
@Internal
public record FileStatus(
    long device, long inode, FileType type, long size, long accessed, long modified, long changed) {

  // The JDK tells identity and nothing else; its text is the only way to the two numbers.
  private static final Pattern KEY = Pattern.compile("\\(dev=([0-9a-f]+),ino=(\\d+)\\)");

  static FileStatus of(BasicFileAttributes attributes) {
    return of(attributes, attributes.size());
  }

  static FileStatus of(BasicFileAttributes attributes, long size) {
    Matcher key = KEY.matcher(String.valueOf(attributes.fileKey()));
    boolean known = key.matches();
    long modified = nanos(attributes.lastModifiedTime());
    return new FileStatus(
        known ? Long.parseUnsignedLong(key.group(1), 16) : 0,
        known
            ? Long.parseUnsignedLong(key.group(2))
            : String.valueOf(attributes.fileKey()).hashCode(),
        FileType.of(attributes),
        size,
        nanos(attributes.lastAccessTime()),
        modified,
        modified);
  }

  /** The status of a standard stream. */
  static FileStatus ofStream(FileType type) {
    return new FileStatus(0, 0, type, 0, 0, 0, 0);
  }

  private static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }
}
