package dev.wasmrun.module;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

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
    if (Files.isDirectory(path)) {
      throw new ModuleException(
          "cannot read %s: it is a directory; name a .wasm file".formatted(pathOrName));
    }
    if (Files.exists(path)) {
      String name = path.getFileName().toString();
      byte[] bytes = read(path, pathOrName);
      return new ModuleSource(
          name, name.endsWith(TextModule.EXTENSION) ? TextModule.assemble(name, bytes) : bytes);
    }
    Optional<byte[]> bundled = BundledModules.bytes(pathOrName);
    if (bundled.isPresent()) {
      return new ModuleSource(pathOrName, bundled.get());
    }
    throw new NoSuchModule(pathOrName);
  }

  private static Path pathOf(String pathOrName) {
    try {
      return Path.of(pathOrName);
    } catch (InvalidPathException e) {
      throw new ModuleException("cannot read %s: not a valid path".formatted(pathOrName), e);
    }
  }

  private static byte[] read(Path path, String shown) {
    try {
      return Files.readAllBytes(path);
    } catch (AccessDeniedException e) {
      throw new ModuleException("cannot read %s: permission denied".formatted(shown), e);
    } catch (IOException e) {
      throw new ModuleException("cannot read %s: %s".formatted(shown, e.getMessage()), e);
    } catch (OutOfMemoryError e) {
      throw new ModuleException("cannot read %s: it does not fit in memory".formatted(shown), e);
    }
  }
}
