package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What each function of a module is called in a backtrace: an imported one by the two names of its
 * import, another by its name in the name section, else the name it is exported under, else {@code
 * func[INDEX]}.
 */
final class FunctionNames {
  private final Map<Integer, String> byIndex = new HashMap<>();

  FunctionNames(WasmModule module) {
    nameExports(module);
    nameFromNameSection(module);
    nameImports(module);
  }

  String of(int functionIndex) {
    return byIndex.getOrDefault(functionIndex, "func[" + functionIndex + "]");
  }

  /** Whether a function has a name that a pattern matches. */
  boolean anyMatches(Pattern pattern) {
    return byIndex.values().stream().anyMatch(name -> pattern.matcher(name).matches());
  }

  private void nameImports(WasmModule module) {
    int index = 0;
    for (int i = 0; i < module.importSection().importCount(); i++) {
      if (module.importSection().getImport(i) instanceof FunctionImport imported) {
        byIndex.put(
            index++, ShownNames.of(imported.module()) + "." + ShownNames.of(imported.name()));
      }
    }
  }

  private void nameExports(WasmModule module) {
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      var export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.FUNCTION) {
        byIndex.putIfAbsent(export.index(), ShownNames.of(export.name()));
      }
    }
  }

  private void nameFromNameSection(WasmModule module) {
    var names = module.nameSection();
    if (names == null) {
      return;
    }
    int functions =
        module.importSection().count(ExternalType.FUNCTION)
            + module.functionSection().functionCount();
    for (int index = 0; index < functions; index++) {
      String name = names.nameOfFunction(index);
      if (name != null && !name.isEmpty()) {
        byIndex.put(index, ShownNames.of(name));
      }
    }
  }
}
