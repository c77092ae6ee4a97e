package dev.wasmrun.module;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The bytes of a module and the short name it is called by in messages and thread names.
 *
 * @param name the file name without its directories
 * @param bytes the WebAssembly binary, not yet looked at
 * @param file where it is, if it is a file
 * @param names the file with the original names of a module whose names are minified, if the user
 *     has named one
 */
record ModuleSource(String name, byte[] bytes, Optional<Path> file, Optional<Path> names) {
  /** The most bytes that are read: as many as WebAssembly's embeddings for JavaScript allow. */
  private static final int MOST = 1 << 30;

  /** So many bytes tell whether to read on. A device may have no end. */
  private static final int FIRST = 4096;

  /** A module that is in no file. */
  ModuleSource(String name, byte[] bytes) {
    this(name, bytes, Optional.empty(), Optional.empty());
  }

  /** The same with a file of names. */
  ModuleSource named(Optional<Path> namesFile) {
    return new ModuleSource(name, bytes, file, namesFile);
  }

  /**
   * Reads the file at {@code pathOrName} or, where there is none, the bundled module of that name.
   *
   * @throws ModuleException if it is neither, or cannot be read
   */
  static ModuleSource find(String pathOrName) {
    if (pathOrName.isBlank()) {
      throw new ModuleException("cannot read '%s': name a .wasm file".formatted(pathOrName));
    }
    Path path = pathOf(pathOrName);
    if (Files.exists(path)) {
      return read(path);
    }
    return BundledModules.bytes(pathOrName)
        .map(bytes -> new ModuleSource(pathOrName, bytes))
        .orElseThrow(() -> new NoSuchModule(pathOrName));
  }

  /**
   * Reads a file, of bytes or, as its name says, of text, or a program that has a module in it.
   *
   * @throws ModuleException if it cannot be read
   */
  static ModuleSource read(Path file) {
    if (Files.isDirectory(file)) {
      throw new ModuleException(
          "cannot read %s: it is a directory; name a .wasm file".formatted(file));
    }
    try {
      String name = file.getFileName().toString();
      byte[] bytes = ScriptModule.isScript(file) ? ScriptModule.extract(file) : bytesOf(file);
      return new ModuleSource(
          name,
          name.endsWith(TextModule.EXTENSION) ? TextModule.assemble(name, bytes) : bytes,
          Optional.of(file),
          Optional.empty());
    } catch (NoSuchFileException e) {
      throw new ModuleException("cannot read %s: no such file".formatted(file), e);
    } catch (AccessDeniedException e) {
      throw new ModuleException("cannot read %s: permission denied".formatted(file), e);
    } catch (IOException e) {
      throw new ModuleException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Reads a stream to its end, and leaves it open.
   *
   * @param name what messages call the module
   * @throws ModuleException if it cannot be read
   */
  static ModuleSource read(String name, InputStream in) {
    try {
      return new ModuleSource(name, bytes(name, in));
    } catch (IOException e) {
      throw new ModuleException("cannot read %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static byte[] bytesOf(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return bytes(file.toString(), in);
    }
  }

  private static byte[] bytes(String shown, InputStream in) throws IOException {
    try {
      byte[] first = in.readNBytes(FIRST);
      if (first.length < FIRST || !ModuleReader.mayBeModule(first)) {
        return first;
      }
      byte[] rest = in.readNBytes(MOST - FIRST + 1);
      if (rest.length > MOST - FIRST) {
        throw new ModuleException(
            "cannot read %s: it has more than the %s MiB that a module may have"
                .formatted(shown, MOST >> 20));
      }
      byte[] all = Arrays.copyOf(first, FIRST + rest.length);
      System.arraycopy(rest, 0, all, FIRST, rest.length);
      return all;
    } catch (OutOfMemoryError e) {
      throw new ModuleException("cannot read %s: it does not fit in memory".formatted(shown), e);
    }
  }

  private static Path pathOf(String pathOrName) {
    try {
      return Path.of(pathOrName);
    } catch (InvalidPathException e) {
      throw new ModuleException("cannot read %s: not a valid path".formatted(pathOrName), e);
    }
  }
}
