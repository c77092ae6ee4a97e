package dev.wasmrun.module;

import com.dylibso.chicory.wasm.InvalidException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.TagImport;
import com.dylibso.chicory.wasm.types.TypeSection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;

/**
 * The part of a module's validation, its imports and exports, that Chicory 1.7.5 leaves to the
 * moment of instantiation; a host has to know before it decides anything by them.
 */
final class ExternChecks {
  private ExternChecks() {}

  /**
   * Checks that each imported function and tag has a type, the tag's without results, that each
   * export exists, and that no two exports have the same name.
   *
   * @throws InvalidException if not; the message begins with the specification's wording
   */
  static void check(WasmModule module) {
    module.importSection().stream()
        .filter(FunctionImport.class::isInstance)
        .map(FunctionImport.class::cast)
        .forEach(function -> checkType(module, function));
    module.importSection().stream()
        .filter(TagImport.class::isInstance)
        .map(TagImport.class::cast)
        .forEach(tag -> checkType(module, tag));
    var counts = new EnumMap<ExternalType, Integer>(ExternalType.class); // each takes a search
    var names = new HashSet<String>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      Export export = module.exportSection().getExport(i);
      if (!names.add(export.name())) {
        throw new InvalidException("duplicate export name " + export.name());
      }
      int count = counts.computeIfAbsent(export.exportType(), type -> count(module, type));
      if (export.index() < 0 || export.index() >= count) {
        throw new InvalidException(
            "unknown %s %s, exported as %s: there are %s"
                .formatted(
                    export.exportType().name().toLowerCase(Locale.ROOT),
                    Integer.toUnsignedString(export.index()),
                    export.name(),
                    count));
      }
    }
  }

  private static void checkType(WasmModule module, FunctionImport function) {
    int count = module.typeSection().subTypeCount();
    if (function.typeIndex() < 0 || function.typeIndex() >= count) {
      throw new InvalidException(
          "unknown type %s of the imported function %s.%s: there are %s"
              .formatted(
                  Integer.toUnsignedString(function.typeIndex()),
                  function.module(),
                  function.name(),
                  count));
    }
  }

  private static void checkType(WasmModule module, TagImport tag) {
    TypeSection types = module.typeSection();
    int index = tag.tagType().typeIdx();
    if (index < 0 || index >= types.subTypeCount() || types.getType(index) == null) {
      throw new InvalidException(
          "unknown type %s of the imported tag %s.%s: there are %s"
              .formatted(
                  Integer.toUnsignedString(index), tag.module(), tag.name(), types.subTypeCount()));
    }
    if (!types.getType(index).returns().isEmpty()) {
      throw new InvalidException(
          "non-empty tag result type %s of the imported tag %s.%s"
              .formatted(index, tag.module(), tag.name()));
    }
  }

  private static int count(WasmModule module, ExternalType type) {
    int defined =
        switch (type) {
          case FUNCTION -> module.functionSection().functionCount();
          case TABLE -> module.tableSection().tableCount();
          case MEMORY -> module.memorySection().map(s -> s.memoryCount()).orElse(0);
          case GLOBAL -> module.globalSection().globalCount();
          case TAG -> module.tagSection().map(s -> s.tagCount()).orElse(0);
        };
    return module.importSection().count(type) + defined;
  }
}
