package dev.wasmrun.cli;

import dev.wasmrun.guest.UsageException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is written when a run has ended, however it did. */
final class OutputFile {
  private final String what;
  private final Path file;

  /** Writes what belongs in a file. */
  @FunctionalInterface
  interface Content {
    /** Writes all of it. */
    void write(OutputStream out) throws IOException;
  }

  /**
   * Sees that the file can be written; its content stays until then.
   *
   * @param option the option that names it
   * @param what what it is to hold, for messages
   * @throws UsageException if it cannot
   */
  OutputFile(String option, String what, Path file) {
    this.what = what;
    this.file = file;
    try {
      check(file);
    } catch (IOException e) {
      throw new UsageException(
          "%s %s: %s; name a file that can be written".formatted(option, file, reason(e)));
    }
  }

  private static void check(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "it is a directory");
    }
    boolean isNew = Files.notExists(file);
    if (isNew || Files.isRegularFile(file)) { // A pipe's reader would take the check for the end.
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
    }
    if (isNew) {
      Files.delete(file);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "there is no such directory";
    }
    return e instanceof FileSystemException system && system.getReason() != null
        ? system.getReason()
        : e.getMessage();
  }

  /**
   * Writes the file.
   *
   * @return whether it could be written; if not, it has been said why
   */
  boolean write(Content content, Console console) {
    try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
      content.write(out);
      return true;
    } catch (IOException e) {
      console.say("cannot write %s to %s: %s".formatted(what, file, reason(e)));
      return false;
    }
  }
}
