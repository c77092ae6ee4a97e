package dev.wasmrun.wast;

import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportGlobal;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportTable;
import com.dylibso.chicory.runtime.ImportTag;
import com.dylibso.chicory.runtime.ImportValue;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.Export;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.MemoryView;
import java.util.Optional;

/** An instance of a script's module, with its exports for others to import. */
record Linked(Instance instance) implements Exporter {
  @Override
  public Optional<ImportValue> export(String registered, String field) {
    var section = instance.module().exportSection();
    for (int i = 0; i < section.exportCount(); i++) {
      Export export = section.getExport(i);
      if (export.name().equals(field)) {
        return Optional.of(importOf(registered, export));
      }
    }
    return Optional.empty();
  }

  private ImportValue importOf(String module, Export export) {
    String name = export.name();
    return switch (export.exportType()) {
      case FUNCTION -> ImportFunction.exportAsImport(module, name, instance, name);
      case TABLE -> new ImportTable(module, name, instance.table(export.index()));
      case GLOBAL -> new ImportGlobal(module, name, instance.global(export.index()));
      case TAG -> new ImportTag(module, name, instance.tag(export.index()));
      case MEMORY -> {
        var view = (MemoryView) instance.memory(export.index());
        // The importer gets its own view: data segments belong to an instance, not to the memory.
        yield new ImportMemory(module, name, MemoryView.of(view.memory(), ActiveData.WRITE));
      }
    };
  }
}
