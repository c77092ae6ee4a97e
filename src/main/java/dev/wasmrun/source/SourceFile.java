package dev.wasmrun.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads files that debug information names: regular ones only, and none that are too large. */
final class SourceFile {
  /** The most bytes of a file of debug information. */
  static final int MOST = 1 << 29;

  private SourceFile() {}

  /**
   * The contents of a file.
   *
   * @param most how many bytes it may have
   * @return empty if there is none, or it is not such a file
   */
  static Optional<byte[]> read(Path file, long most) {
    try {
      return Files.isRegularFile(file) && Files.size(file) <= most
          ? Optional.of(Files.readAllBytes(file))
          : Optional.empty();
    } catch (IOException | SecurityException e) {
      return Optional.empty();
    } catch (OutOfMemoryError e) {
      throw new BadDebugInformation("its file does not fit in memory", e);
    }
  }

  /**
   * A path that is relative to a directory; of one that is none on this system, or is an address in
   * the network, the last part.
   */
  static Optional<Path> beside(Path directory, String name) {
    try {
      String local = name.contains("://") ? name.substring(name.lastIndexOf('/') + 1) : name;
      return local.isEmpty() ? Optional.empty() : Optional.of(directory.resolve(local));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
