package dev.wasmrun.module;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The bytes of a module and the short name it is called by in messages and thread names.
 *
 * @param name the file name without its directories
 * @param bytes the WebAssembly binary, not yet looked at
 */
record ModuleSource(String name, byte[] bytes) {
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
        .orElseThrow(
            () ->
                new ModuleException(
                    "cannot read %s: no such file, and no bundled module of that name (see `wasm-run list`)"
                        .formatted(pathOrName)));
  }

  /**
   * Reads a file.
   *
   * @throws ModuleException if it cannot be read
   */
  static ModuleSource read(Path file) {
    if (Files.isDirectory(file)) {
      throw new ModuleException(
          "cannot read %s: it is a directory; name a .wasm file".formatted(file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new ModuleSource(file.getFileName().toString(), bytes(file.toString(), in));
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

  private static byte[] bytes(String shown, InputStream in) throws IOException {
    try {
      return in.readAllBytes();
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
