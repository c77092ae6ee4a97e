package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.ImportSection;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.MemorySection;
import java.util.List;

/**
 * The same module with its one memory imported as a shared one, which it defines, or imports
 * without sharing it.
 *
 * <p>Nothing else changes: a memory that is the only one has index 0 wherever it comes from, and no
 * offset in the code moves.
 */
final class MemoryOnRequest {
  /** What the import is called if there was none. */
  private static final String MODULE = "env";

  private static final String NAME = "memory";

  private MemoryOnRequest() {}

  /**
   * Rewrites a module.
   *
   * @param memories its memories
   * @throws ModuleException if it has none, or several
   */
  static WasmModule shared(String name, WasmModule module, List<MemoryFacts> memories) {
    if (memories.size() != 1) {
      throw new ModuleException(
          "cannot share the memory of %s among threads: it has %s"
              .formatted(
                  name,
                  memories.isEmpty()
                      ? "none"
                      : memories.size() + " memories; only that of a module with one is shared"));
    }
    MemoryFacts memory = memories.get(0);
    var limits = new MemoryLimits(memory.initialPages(), memory.maximumPages(), true);
    var imports = ImportSection.builder();
    module.importSection().stream()
        .map(
            item ->
                item.importType() == ExternalType.MEMORY
                    ? new MemoryImport(item.module(), item.name(), limits)
                    : item)
        .forEach(imports::addImport);
    if (!memory.imported()) {
      imports.addImport(new MemoryImport(MODULE, NAME, limits));
    }
    var copy = ModuleCopy.of(module).withValidation(false);
    copy.setImportSection(imports.build());
    copy.setMemorySection(MemorySection.builder().build());
    copy.withDigest(module.digest() + "+shared");
    return copy.build();
  }
}
