package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.CustomSection;

/** The sections of a parsed module, in a builder that can replace some of them. */
final class ModuleCopy {
  private ModuleCopy() {}

  /** A builder of the same module, which it validates unless told otherwise. */
  static WasmModule.Builder of(WasmModule module) {
    var copy = WasmModule.builder().withDigest(module.digest());
    copy.setTypeSection(module.typeSection());
    copy.setImportSection(module.importSection());
    copy.setFunctionSection(module.functionSection());
    copy.setTableSection(module.tableSection());
    module.memorySection().ifPresent(copy::setMemorySection);
    copy.setGlobalSection(module.globalSection());
    copy.setExportSection(module.exportSection());
    module.startSection().ifPresent(copy::setStartSection);
    copy.setElementSection(module.elementSection());
    copy.setCodeSection(module.codeSection());
    copy.setDataSection(module.dataSection());
    module.dataCountSection().ifPresent(copy::setDataCountSection);
    module.tagSection().ifPresent(copy::setTagSection);
    for (CustomSection section : module.customSections()) {
      copy.addCustomSection(section.name(), section);
    }
    return copy;
  }
}
