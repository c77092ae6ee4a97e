package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExportSection;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.GlobalImport;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.ImportSection;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.TableImport;
import com.dylibso.chicory.wasm.types.TagImport;
import dev.wasmrun.Internal;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How the names of a module's imports and exports were minified, as Emscripten does at its highest
 * optimisation level: all imports are of one module {@code a} and have names of a letter or two.
 *
 * @param file what tells the original names; empty if nothing does
 * @param imports the minified names by the original ones, as {@code module.name}
 * @param exports the minified names by the original ones
 * @param recognised those of the original names that nothing tells, but what is called so: what the
 *     JavaScript of an import does, or the code of an export
 * @param unknown the imports whose original names are not known, sorted
 */
@Internal
public record Minification(
    Optional<Path> file,
    Map<String, String> imports,
    Map<String, String> exports,
    Set<String> recognised,
    Set<String> unknown) {
  private static final String MODULE = "a";
  private static final int LONGEST = 3;

  private static final String CONSTRUCTORS = "__wasm_call_ctors";

  /** What the only import of a kind is called. */
  private static final Map<ExternalType, String> ONLY =
      Map.of(ExternalType.MEMORY, "memory", ExternalType.TABLE, "__indirect_function_table");

  private static final String ENVIRONMENT = "env";
  private static final String WASI = "wasi_snapshot_preview1";

  private static final Pattern OF_WASI =
      Pattern.compile(
          "(args|environ|clock|fd|path|sock)_[a-z_0-9]+|poll_oneoff|proc_exit|proc_raise|random_get|sched_yield");

  /** A module under its original names, and how it got them. */
  record Restored(WasmModule module, Minification minification) {}

  /** How the names of a module were minified, if they were. */
  public static Optional<Minification> of(GuestModule module) {
    return module.minification();
  }

  /** Whether the names of the imports have been minified. */
  static boolean isIn(WasmModule module) {
    return module.importSection().importCount() > 0
        && module.importSection().stream()
            .allMatch(item -> item.module().equals(MODULE) && isShort(item));
  }

  /** Releases before 2.0 left the names of memories and tables alone. */
  private static boolean isShort(Import item) {
    return item.importType() != ExternalType.FUNCTION || item.name().length() <= LONGEST;
  }

  /**
   * The module with its original names, as far as they are known; empty if there is nothing to do.
   *
   * @param named where the names are, as the user says; else they are looked for beside the module
   * @param file the module's file, if it has one
   * @throws ModuleException if the file named cannot be read, or tells nothing of the module
   */
  static Optional<Restored> restore(WasmModule module, Optional<Path> named, Optional<Path> file) {
    if (named.isEmpty() && !isIn(module)) {
      return Optional.empty();
    }
    List<Path> scripts =
        named.map(List::of).orElseGet(() -> file.map(ScriptsBeside::of).orElse(List.of()));
    ToldNames told = ToldNames.by(module, scripts);
    if (named.isPresent() && told.isNothing()) {
      throw new ModuleException(
          "cannot read names from %s: it has none of the %s imports and %s exports of the module"
              .formatted(
                  named.get(),
                  module.importSection().importCount(),
                  module.exportSection().exportCount()));
    }
    return Optional.of(
        new Renaming(module, told.names(), told.recognised()).restored(told.source()));
  }

  /** A module about to get other names. */
  private record Renaming(WasmModule module, OriginalNames names, Map<String, String> recognised) {
    Restored restored(Optional<Path> source) {
      var imports = new HashMap<String, String>();
      var exports = new HashMap<String, String>();
      var found = new TreeSet<String>();
      var unknown = new TreeSet<String>();
      var copy = ModuleCopy.of(module).withValidation(false);
      copy.setImportSection(imports(imports, found, unknown));
      copy.setExportSection(exports(exports, found));
      copy.withDigest(module.digest() + "+names" + imports.hashCode() + exports.hashCode());
      return new Restored(
          copy.build(),
          new Minification(
              source,
              Map.copyOf(imports),
              Map.copyOf(exports),
              Collections.unmodifiableSet(found),
              Collections.unmodifiableSet(unknown)));
    }

    private ImportSection imports(
        Map<String, String> originals, Set<String> found, Set<String> unknown) {
      var section = ImportSection.builder();
      module.importSection().stream()
          .forEach(
              item -> {
                String told = names.imports().get(item.name());
                String name = told != null ? told : original(item);
                if (name == null) {
                  unknown.add(item.name());
                  section.addImport(item);
                } else {
                  String from = OF_WASI.matcher(name).matches() ? WASI : ENVIRONMENT;
                  originals.put(from + "." + name, item.name());
                  if (told == null) {
                    found.add(from + "." + name);
                  }
                  section.addImport(renamed(item, from, name));
                }
              });
      return section.build();
    }

    /** The name of an import that the script does not tell; null if nothing else does. */
    private String original(Import item) {
      if (item.importType() == ExternalType.FUNCTION) {
        return recognised.get(item.name());
      }
      return isIn(module) ? ONLY.get(item.importType()) : null;
    }

    private static Import renamed(Import item, String module, String name) {
      if (item instanceof FunctionImport function) {
        return new FunctionImport(module, name, function.typeIndex());
      } else if (item instanceof TableImport table) {
        return new TableImport(module, name, table.entryType(), table.limits());
      } else if (item instanceof MemoryImport memory) {
        return new MemoryImport(module, name, memory.limits());
      } else if (item instanceof GlobalImport global) {
        return new GlobalImport(module, name, global.mutabilityType(), global.type());
      }
      var tag = (TagImport) item;
      return new TagImport(module, name, tag.tagType().attribute(), tag.tagType().typeIdx());
    }

    private ExportSection exports(Map<String, String> originals, Set<String> found) {
      Map<String, String> byCode = isIn(module) ? RecognisedExports.in(module) : Map.of();
      var section = ExportSection.builder();
      for (int i = 0; i < module.exportSection().exportCount(); i++) {
        Export export = module.exportSection().getExport(i);
        String name = names.exports().get(export.name());
        if (name == null && i == constructors()) {
          name = CONSTRUCTORS;
        } else if (name == null && !names.exports().containsValue(byCode.get(export.name()))) {
          name = byCode.get(export.name());
          if (name != null) {
            found.add(name);
          }
        }
        if (name != null && originals.putIfAbsent(name, export.name()) == null) {
          section.addExport(new Export(name, export.index(), export.exportType()));
        } else {
          section.addExport(export);
        }
      }
      return section.build();
    }

    /**
     * The export that runs constructors, if the script does not tell: the first function of all, if
     * it takes and returns nothing; -1 if there is none.
     */
    private int constructors() {
      if (names.exports().isEmpty() || names.exports().containsValue(CONSTRUCTORS)) {
        return -1;
      }
      int imported = module.importSection().count(ExternalType.FUNCTION);
      for (int i = 0; i < module.exportSection().exportCount(); i++) {
        Export export = module.exportSection().getExport(i);
        if (export.exportType() == ExternalType.FUNCTION) {
          return export.index() >= imported && isPlain(export.index() - imported) ? i : -1;
        }
      }
      return -1;
    }

    private boolean isPlain(int function) {
      FunctionType type =
          module.typeSection().getType(module.functionSection().getFunctionType(function));
      return type.params().isEmpty() && type.returns().isEmpty();
    }
  }
}
