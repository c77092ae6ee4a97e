package dev.wasmrun.engine;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The directory of this user's {@link CodeCache}: {@code wasm-run} in {@code $XDG_CACHE_HOME}, or
 * else in {@code ~/.cache}.
 *
 * <p>It must belong to the user, and nobody else may be allowed to write to it: whoever can write
 * there decides what code runs here.
 */
final class CacheDirectory {
  private static final String NAME = "wasm-run";

  private CacheDirectory() {}

  /**
   * The directory, made if it is missing; empty if it cannot be used.
   *
   * @param environment where {@code XDG_CACHE_HOME} and {@code HOME} are looked up
   * @param notices told why it cannot be used, if somebody else could write to it
   */
  static Optional<Path> find(Map<String, String> environment, Consumer<String> notices) {
    Optional<Path> caches = userCaches(environment);
    if (caches.isEmpty()) {
      return Optional.empty();
    }
    Path directory = caches.get().resolve(NAME);
    try {
      create(directory);
      PosixFileAttributes attributes =
          Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory() && isPrivate(attributes) && isOurs(attributes)) {
        return Optional.of(directory);
      }
      notices.accept(
          "the cache %s is not used: it must be a directory of yours that nobody else can write to; try chmod go-w"
              .formatted(directory));
      return Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty(); // no home, a read-only disk, a file system without permissions
    }
  }

  private static Optional<Path> userCaches(Map<String, String> environment) {
    String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (Path.of(caches).isAbsolute()) { // The specification has relative ones ignored.
      return Optional.of(Path.of(caches));
    }
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home).isAbsolute()
        ? Optional.of(Path.of(home).resolve(".cache"))
        : Optional.empty();
  }

  private static void create(Path directory) throws IOException {
    Files.createDirectories(directory.getParent());
    try {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // As it nearly always does; what it is like is looked at next.
    }
  }

  private static boolean isPrivate(PosixFileAttributes attributes) {
    return !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
        && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
  }

  private static boolean isOurs(PosixFileAttributes attributes) throws IOException {
    return FileSystems.getDefault()
        .getUserPrincipalLookupService()
        .lookupPrincipalByName(System.getProperty("user.name"))
        .equals(attributes.owner());
  }
}
