package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.nothing;

import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wasi.Descriptors;
import dev.wasmrun.wasi.ErrnoException;
import java.io.IOException;
import java.util.Map;

/**
 * The imports of a program that has its file system in its own memory, as {@code -sWASMFS} builds
 * it: JavaScript gives it files to begin with, of which there are none here, and standard input.
 */
final class OwnFilesImports {
  private static final String PRELOADED_FILES = "_wasmfs_get_num_preloaded_files";
  private static final int END = -1;

  private final Descriptors descriptors;

  OwnFilesImports(Descriptors descriptors) {
    this.descriptors = descriptors;
  }

  /** Whether a program is such a one: what directories it is granted it does not see. */
  static boolean has(GuestModule module) {
    return module.imports().stream().anyMatch(item -> item.name().equals(PRELOADED_FILES));
  }

  Map<String, Import> all() {
    return Map.of(
        PRELOADED_FILES,
        nothing(),
        "_wasmfs_get_num_preloaded_dirs",
        nothing(),
        "_wasmfs_thread_utils_heartbeat",
        nothing(),
        "_wasmfs_stdin_get_char",
        new Import(0, (caller, args) -> read()));
  }

  /** The next byte of standard input, or {@link #END}. */
  private int read() {
    var one = new byte[1];
    try {
      return descriptors.read(0, one, 1) == 1 ? one[0] & 0xff : END;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestInterrupted(e);
    } catch (IOException | ErrnoException e) {
      return END;
    }
  }
}
