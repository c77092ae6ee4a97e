package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The static data of a module in a file beside it, {@code NAME.js.mem}, which JavaScript puts into
 * its memory: so Emscripten's {@code -sWASM=2} builds it, for the same data to serve a program in
 * JavaScript. Without them the module would run on, on zeros.
 */
final class SeparateData {
  private static final String EXTENSION = ".wasm";

  private SeparateData() {}

  /**
   * Looks for such a file.
   *
   * @throws ModuleException if the data of the module are in it
   */
  static void refuse(WasmModule module, Path file) {
    String name = file.getFileName().toString();
    if (!name.endsWith(EXTENSION) || module.dataSection().dataSegmentCount() > 0) {
      return;
    }
    String stem = name.substring(0, name.length() - EXTENSION.length());
    for (String data : new String[] {stem + ".js.mem", stem + ".html.mem"}) {
      if (Files.isRegularFile(file.resolveSibling(data))) {
        throw new ModuleException(
            "cannot load %s: its static data are in %s, for JavaScript to put in place; build it with -sWASM=1 instead of -sWASM=2"
                .formatted(name, data));
      }
    }
  }
}
