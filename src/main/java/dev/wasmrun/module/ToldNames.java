package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a script tells of the original names of a module's imports and exports.
 *
 * @param source the script; empty if there is none that tells
 * @param names the names that it has
 * @param recognised the names of other imports, by the minified ones, as what their functions do
 *     tells them
 */
record ToldNames(Optional<Path> source, OriginalNames names, Map<String, String> recognised) {

  /**
   * What scripts tell that may belong to a module: of several the one that tells most, but nothing
   * where two tell different names, as those of different builds do.
   */
  static ToldNames by(WasmModule module, List<Path> scripts) {
    List<ToldNames> told =
        scripts.stream()
            .map(script -> of(module, Optional.of(script), ScriptsBeside.text(script)))
            .filter(names -> !names.isNothing())
            .toList();
    Optional<ToldNames> most = told.stream().max(Comparator.comparingInt(ToldNames::size));
    if (most.isPresent() && told.stream().allMatch(most.get()::agreesWith)) {
      return most.get();
    }
    return of(module, scripts.size() == 1 ? Optional.of(scripts.get(0)) : Optional.empty(), "");
  }

  private static ToldNames of(WasmModule module, Optional<Path> source, String text) {
    Set<String> imported = new LinkedHashSet<>();
    module.importSection().stream().forEach(item -> imported.add(item.name()));
    Set<String> exported = new LinkedHashSet<>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      exported.add(module.exportSection().getExport(i).name());
    }
    var names = new OriginalNames(text, imported, exported);
    return new ToldNames(
        source, names, RecognisedImports.in(text, unnamed(module, names), names.imports()));
  }

  /** The imported functions whose names nothing tells. */
  private static Map<String, Signature> unnamed(WasmModule module, OriginalNames names) {
    var unnamed = new HashMap<String, Signature>();
    module.importSection().stream()
        .filter(item -> item instanceof FunctionImport)
        .filter(item -> !names.imports().containsKey(item.name()))
        .forEach(
            item ->
                unnamed.put(
                    item.name(),
                    Signature.of(
                        module.typeSection().getType(((FunctionImport) item).typeIndex()))));
    return unnamed;
  }

  boolean isNothing() {
    return size() == 0;
  }

  private int size() {
    return names.imports().size() + recognised.size() + names.exports().size();
  }

  private boolean agreesWith(ToldNames other) {
    return agree(imports(), other.imports()) && agree(names.exports(), other.names.exports());
  }

  private Map<String, String> imports() {
    var all = new HashMap<String, String>(recognised);
    all.putAll(names.imports());
    return all;
  }

  private static boolean agree(Map<String, String> some, Map<String, String> others) {
    return some.entrySet().stream()
        .allMatch(
            entry ->
                others.getOrDefault(entry.getKey(), entry.getValue()).equals(entry.getValue()));
  }
}
