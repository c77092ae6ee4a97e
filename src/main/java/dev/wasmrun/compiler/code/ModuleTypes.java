package dev.wasmrun.compiler.code;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.GlobalImport;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.TableImport;
import com.dylibso.chicory.wasm.types.TagImport;
import com.dylibso.chicory.wasm.types.TypeSection;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/**
 * The types of everything in a module that an operation can name by its index, imported ones first.
 *
 * <p>Immutable.
 */
public final class ModuleTypes {
  private final FunctionType[] types;
  private final int[] canonical;
  private final int[] functions;
  private final List<Kind> globals = new ArrayList<>();
  private final List<Kind> tables = new ArrayList<>();
  private final List<FunctionType> tags = new ArrayList<>();
  private final RelaxedOps relaxed;
  private int importedFunctions;
  private int importedGlobals;

  /** The types of a validated module. */
  public ModuleTypes(WasmModule module) {
    types = module.typeSection().types();
    relaxed = new RelaxedOps(module);
    canonical = canonical(module.typeSection());
    var functionTypes = new ArrayList<Integer>();
    module.importSection().stream().forEach(item -> add(item, functionTypes));
    importedFunctions = functionTypes.size();
    importedGlobals = globals.size();
    for (int i = 0; i < module.functionSection().functionCount(); i++) {
      functionTypes.add(module.functionSection().getFunctionType(i));
    }
    functions = functionTypes.stream().mapToInt(Integer::intValue).toArray();
    for (int i = 0; i < module.globalSection().globalCount(); i++) {
      globals.add(Kind.of(module.globalSection().getGlobal(i).valueType()));
    }
    for (int i = 0; i < module.tableSection().tableCount(); i++) {
      tables.add(Kind.of(module.tableSection().getTable(i).elementType()));
    }
    module
        .tagSection()
        .ifPresent(
            section -> {
              for (var tag : section.types()) {
                tags.add(types[tag.typeIdx()]);
              }
            });
  }

  private void add(Import item, List<Integer> functionTypes) {
    if (item instanceof FunctionImport function) {
      functionTypes.add(function.typeIndex());
    } else if (item instanceof GlobalImport global) {
      globals.add(Kind.of(global.type()));
    } else if (item instanceof TableImport table) {
      tables.add(Kind.of(table.entryType()));
    } else if (item instanceof TagImport tag) {
      tags.add(types[tag.tagType().typeIdx()]);
    }
  }

  /**
   * For each type the index of the first that is equal to it: of two types with the same parameters
   * and results one may be a subtype of something that the other is not.
   */
  private static int[] canonical(TypeSection section) {
    FunctionType[] types = section.types();
    var alike = new HashMap<Form, List<Integer>>();
    List<Place> places = places(section);
    int[] canonical = new int[types.length];
    for (int i = 0; i < types.length; i++) {
      CompilerThread.check();
      int index = i;
      if (types[i] == null) {
        canonical[i] = i;
        continue;
      }
      List<Integer> firsts =
          alike.computeIfAbsent(
              new Form(types[i].params(), types[i].returns(), places.get(i)),
              unseen -> new ArrayList<>());
      canonical[i] =
          firsts.stream()
              .filter(first -> section.canonicallyEquivalent(first, index))
              .findFirst()
              .orElse(index);
      if (canonical[i] == i) {
        firsts.add(i);
      }
    }
    return canonical;
  }

  /** Where a type is in its recursive group. Types in different places are not equal. */
  private record Place(int index, int groupSize) {}

  /** What equal types have in common, and most others have not. */
  private record Form(List<ValType> params, List<ValType> results, Place place) {}

  private static List<Place> places(TypeSection section) {
    var places = new ArrayList<Place>();
    for (int i = 0; i < section.typeCount(); i++) {
      int size = section.getRecType(i).subTypes().length;
      for (int index = 0; index < size; index++) {
        places.add(new Place(index, size));
      }
    }
    return places;
  }

  /** The vector instructions in whose places there are others. */
  RelaxedOps relaxed() {
    return relaxed;
  }

  /** A function type. */
  public FunctionType type(int index) {
    return types[index];
  }

  /** How many types there are. */
  public int typeCount() {
    return types.length;
  }

  /** The index of the first type that is equal to one. */
  public int canonicalType(int type) {
    return canonical[type];
  }

  /** For each function the index of the first type that is equal to its own. */
  public int[] canonicalTypesOfFunctions() {
    return Arrays.stream(functions).map(type -> canonical[type]).toArray();
  }

  /** How many functions there are. */
  public int functionCount() {
    return functions.length;
  }

  /** How many of the functions are imported. */
  public int importedFunctions() {
    return importedFunctions;
  }

  /** The index of a function's type. */
  public int typeOfFunction(int function) {
    return functions[function];
  }

  /** A function's type. */
  public FunctionType functionType(int function) {
    return types[functions[function]];
  }

  /** How many globals there are. */
  public int globalCount() {
    return globals.size();
  }

  /** How many of the globals are imported. */
  public int importedGlobals() {
    return importedGlobals;
  }

  /** What a global holds. */
  public Kind global(int index) {
    return globals.get(index);
  }

  /** What a table holds. */
  public Kind table(int index) {
    return tables.get(index);
  }

  /** The type whose parameters are what exceptions of a tag carry. */
  public FunctionType tag(int index) {
    return tags.get(index);
  }
}
