package dev.wasmrun.wast;

import static com.dylibso.chicory.wasm.types.Value.REF_NULL_VALUE;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportGlobal;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportTable;
import com.dylibso.chicory.runtime.ImportValue;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.memory.MemoryView;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The host module {@code spectest} that the specification promises every script. */
final class Spectest implements Exporter {
  static final String NAME = "spectest";
  private static final MemoryType MEMORY = new MemoryType(1, 2, false);
  private static final MemoryType SHARED_MEMORY = new MemoryType(1, 2, true);

  private static final Map<String, List<ValType>> FUNCTIONS =
      Map.of(
          "print", List.of(),
          "print_i32", List.of(ValType.I32),
          "print_i64", List.of(ValType.I64),
          "print_f32", List.of(ValType.F32),
          "print_f64", List.of(ValType.F64),
          "print_i32_f32", List.of(ValType.I32, ValType.F32),
          "print_f64_f64", List.of(ValType.F64, ValType.F64));

  private final Map<String, GlobalInstance> globals =
      Map.of(
          "global_i32", new GlobalInstance(Value.i32(666)),
          "global_i64", new GlobalInstance(Value.i64(666)),
          "global_f32", new GlobalInstance(Value.fromFloat(666.6f)),
          "global_f64", new GlobalInstance(Value.fromDouble(666.6)));

  private final TableInstance table =
      new TableInstance(new Table(ValType.FuncRef, new TableLimits(10, 20)), REF_NULL_VALUE);

  private final Map<String, LinearMemory> memories;

  /**
   * A new one, with fresh globals, table and memories.
   *
   * @param memories where its memories come from
   */
  Spectest(ScriptMemories memories) {
    this.memories =
        Map.of("memory", memories.create(MEMORY), "shared_memory", memories.create(SHARED_MEMORY));
  }

  @Override
  public Optional<ImportValue> export(String registered, String field) {
    if (FUNCTIONS.containsKey(field)) {
      // What a script prints is for eyes only: nothing to keep.
      var type = FunctionType.of(FUNCTIONS.get(field), List.of());
      return Optional.of(
          new ImportFunction(registered, field, type, (instance, args) -> new long[0]));
    }
    if (globals.containsKey(field)) {
      return Optional.of(new ImportGlobal(registered, field, globals.get(field)));
    }
    if (memories.containsKey(field)) {
      var view = MemoryView.of(memories.get(field), ActiveData.WRITE);
      return Optional.of(new ImportMemory(registered, field, view));
    }
    return field.equals("table") || field.equals("table64")
        ? Optional.of(new ImportTable(registered, field, table))
        : Optional.empty();
  }
}
