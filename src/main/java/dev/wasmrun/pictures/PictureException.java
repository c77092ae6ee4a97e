package dev.wasmrun.pictures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A picture that cannot be taken or written; the message says why. */
public final class PictureException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PictureException(IllegalStateException noGame) {
    super("cannot take pictures: " + noGame.getMessage(), noGame);
  }

  private PictureException(Path file, String why, Throwable cause) {
    super("cannot write the picture %s: %s".formatted(file, why), cause);
  }

  static PictureException of(Path file, IOException cause) {
    return new PictureException(file, cause.getMessage(), cause);
  }

  /**
   * Finds out before a run what would fail in the middle of it, and writes nothing.
   *
   * @throws PictureException if the file cannot be created or overwritten
   */
  static void check(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || directory == null) {
      throw new PictureException(file, "it is a directory; name a file", null);
    }
    if (!Files.isDirectory(directory)) {
      throw new PictureException(file, "there is no directory " + directory, null);
    }
    if (!Files.isWritable(Files.exists(file) ? file : directory)) {
      throw new PictureException(file, "no permission to write it", null);
    }
  }
}
