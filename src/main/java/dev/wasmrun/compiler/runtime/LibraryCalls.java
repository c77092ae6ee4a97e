package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmrun.memory.LibraryFunction;
import java.util.HashMap;
import java.util.Map;

/**
 * The functions of a module of whose calls an observer of its memory is told: those with a known
 * name, and no result or one of 32 bits.
 *
 * <p>Immutable.
 */
public final class LibraryCalls {
  private final Map<Integer, LibraryFunction> byIndex = new HashMap<>();

  /** Of no module. */
  public static final LibraryCalls NONE = new LibraryCalls();

  private LibraryCalls() {}

  /** Those of a module, found by the names of its name section, else of its exports. */
  public static LibraryCalls of(WasmModule module) {
    var calls = new LibraryCalls();
    if (!hasMemory(module)) {
      return calls;
    }
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      var export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.FUNCTION) {
        calls.add(module, export.index(), export.name());
      }
    }
    if (module.nameSection() != null) {
      int imported = module.importSection().count(ExternalType.FUNCTION);
      for (int i = 0; i < module.functionSection().functionCount(); i++) {
        String name = module.nameSection().nameOfFunction(imported + i);
        if (name != null) {
          calls.add(module, imported + i, name);
        }
      }
    }
    calls.keepPair(LibraryFunction.LOCK, LibraryFunction.UNLOCK);
    calls.keepPair(LibraryFunction.LOCK_STREAM, LibraryFunction.UNLOCK_STREAM);
    return calls;
  }

  /** Of two that come in turn neither is told if the other has become part of its callers. */
  private void keepPair(LibraryFunction one, LibraryFunction other) {
    if (!byIndex.containsValue(one) || !byIndex.containsValue(other)) {
      byIndex.values().removeIf(function -> function == one || function == other);
    }
  }

  private static boolean hasMemory(WasmModule module) {
    return module.importSection().count(ExternalType.MEMORY) > 0
        || module.memorySection().filter(memories -> memories.memoryCount() > 0).isPresent();
  }

  private void add(WasmModule module, int index, String name) {
    LibraryFunction known = LibraryFunction.named(name);
    int own = index - module.importSection().count(ExternalType.FUNCTION);
    if (known != null && own >= 0) {
      FunctionType type =
          module.typeSection().getType(module.functionSection().getFunctionType(own));
      if (type.returns().size() <= 1 && type.returns().stream().allMatch(ValType.I32::equals)) {
        byIndex.put(index, known);
      }
    }
  }

  /** What a function does; null if nobody is told of its calls. */
  public LibraryFunction at(int function) {
    return byIndex.get(function);
  }
}
