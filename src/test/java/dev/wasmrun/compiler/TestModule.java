package dev.wasmrun.compiler;

import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.WasmFunctionHandle;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import dev.wasmrun.ModuleBytes;
import dev.wasmrun.compiler.emit.GeneratedClasses;
import dev.wasmrun.compiler.emit.ModuleEmitter;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryView;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A module that is written function by function, and instances of what it is compiled to.
 *
 * <p>It has one shared memory of a page, a table of all its functions, a tag without values, and
 * may import a function {@code host.call} of type {@code () -> ()}, which then is function 0.
 */
final class TestModule {
  static final int I32 = 0x7F;
  static final int I64 = 0x7E;

  private static final AtomicInteger NEXT = new AtomicInteger();

  private final List<ModuleBytes> types = new ArrayList<>();
  private final List<Integer> functions = new ArrayList<>();
  private final List<ModuleBytes> exports = new ArrayList<>();
  private final List<ModuleBytes> bodies = new ArrayList<>();
  private final int imported;

  private TestModule(int imported) {
    this.imported = imported;
    type(List.of(), List.of());
  }

  /** A module whose type 0 is {@code () -> ()}. */
  static TestModule withoutImport() {
    return new TestModule(0);
  }

  /** Likewise, with the imported function. */
  static TestModule withImport() {
    return new TestModule(1);
  }

  /** Adds a type, and returns its index. */
  int type(List<Integer> params, List<Integer> results) {
    var type = ModuleBytes.empty().bytes(0x60).unsigned(params.size());
    params.forEach(type::bytes);
    type.unsigned(results.size());
    results.forEach(type::bytes);
    types.add(type);
    return types.size() - 1;
  }

  /**
   * Adds a function, and returns its index.
   *
   * @param locals the types of its further local variables
   * @param code its instructions, without the last end
   */
  int function(String name, int type, List<Integer> locals, ModuleBytes code) {
    int index = imported + functions.size();
    functions.add(type);
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    var export = ModuleBytes.empty().unsigned(utf8.length);
    for (byte b : utf8) {
      export.bytes(b);
    }
    exports.add(export.bytes(0).unsigned(index));
    var body = ModuleBytes.empty().unsigned(locals.size());
    locals.forEach(local -> body.bytes(1, local));
    bodies.add(body.append(code).bytes(0x0B));
    return index;
  }

  private byte[] toArray() {
    int count = imported + functions.size();
    var module = ModuleBytes.header().section(1, vector(types));
    if (imported > 0) {
      module.section(
          2, ModuleBytes.empty().bytes(1, 4, 'h', 'o', 's', 't', 4, 'c', 'a', 'l', 'l', 0, 0));
    }
    var declared = ModuleBytes.empty().unsigned(functions.size());
    functions.forEach(declared::unsigned);
    var elements = ModuleBytes.empty().bytes(1, 0, 0x41, 0, 0x0B).unsigned(count);
    for (int i = 0; i < count; i++) {
      elements.unsigned(i);
    }
    var code = ModuleBytes.empty().unsigned(bodies.size());
    bodies.forEach(code::sized);
    return module
        .section(3, declared)
        .section(4, ModuleBytes.empty().bytes(1, 0x70, 0).unsigned(count))
        .section(5, ModuleBytes.empty().bytes(1, 3, 1, 1))
        .section(13, ModuleBytes.empty().bytes(1, 0, 0))
        .section(7, vector(exports))
        .section(9, elements)
        .section(10, code)
        .toArray();
  }

  private static ModuleBytes vector(List<ModuleBytes> items) {
    var vector = ModuleBytes.empty().unsigned(items.size());
    items.forEach(vector::append);
    return vector;
  }

  /** What the module is compiled to, each class verified, with methods of at most this weight. */
  Compiled compile(int limit) {
    WasmModule module = Executable.of(GuestModule.of("test.wasm", toArray()));
    String prefix = "dev/wasmrun/compiled/module" + NEXT.incrementAndGet() + "/";
    GeneratedClasses classes = ModuleEmitter.emit(module, prefix, false, limit, Optional.empty());
    return new Compiled(module, classes, Execution.loaded(module, classes));
  }

  /** A compiled module. */
  record Compiled(WasmModule module, GeneratedClasses classes, CompiledCode code) {
    /** Whether some function has become more than one method. */
    boolean isSplit() {
      return classes.lines().values().stream()
          .flatMapToInt(Arrays::stream)
          .anyMatch(line -> line > 0 && (line & 1) == 1);
    }

    Instance instance(LinearMemory memory, WasmFunctionHandle host) {
      return Instance.builder(module)
          .withMachineFactory(code::machine)
          .withGlobalFactory(code.globals())
          .withMemoryFactory(limits -> MemoryView.of(memory, ActiveData.WRITE))
          .withImportValues(
              ImportValues.builder()
                  .addFunction(
                      new ImportFunction(
                          "host", "call", FunctionType.of(List.of(), List.of()), host))
                  .build())
          .build();
    }
  }

  // Instructions.

  static ModuleBytes code() {
    return ModuleBytes.empty();
  }

  static ModuleBytes i32(int value) {
    return code().bytes(0x41).signed(value, 1);
  }

  static ModuleBytes i64(long value) {
    return code().bytes(0x42).signed(value, 1);
  }

  static ModuleBytes get(int local) {
    return code().bytes(0x20).unsigned(local);
  }

  static ModuleBytes set(int local) {
    return code().bytes(0x21).unsigned(local);
  }

  static ModuleBytes call(int function) {
    return code().bytes(0x10).unsigned(function);
  }

  static ModuleBytes returnCall(int function) {
    return code().bytes(0x12).unsigned(function);
  }

  /** Adds 1 to the number at an address of the memory. */
  static ModuleBytes count(int address) {
    return i32(address).append(i32(1)).bytes(0xFE, 0x1E, 2, 0, 0x1A);
  }

  static ModuleBytes all(ModuleBytes... parts) {
    var code = code();
    for (ModuleBytes part : parts) {
      code.append(part);
    }
    return code;
  }
}
