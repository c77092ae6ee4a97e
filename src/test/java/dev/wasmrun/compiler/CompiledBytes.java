package dev.wasmrun.compiler;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.ModuleBytes;
import dev.wasmrun.compiler.emit.GeneratedClasses;
import dev.wasmrun.compiler.emit.ModuleEmitter;
import dev.wasmrun.compiler.pass.Splitting;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.CodeSizeEvaluator;

/**
 * Modules of one function, written byte by byte, as the compiler and as the interpreter run them.
 */
final class CompiledBytes {
  private static final int TYPES = 1;
  private static final int FUNCTIONS = 3;
  private static final int EXPORTS = 7;
  private static final int CODE = 10;
  private static final int TAGS = 13;
  private static final AtomicInteger NEXT = new AtomicInteger();

  private CompiledBytes() {}

  /**
   * A module that exports a function {@code f}.
   *
   * @param types the content of the type section
   * @param type the index of the function's type
   * @param tagType the index of the type of the only tag; negative if there is no tag
   * @param body the function's local variables and code
   */
  static byte[] module(ModuleBytes types, int type, int tagType, ModuleBytes body) {
    ModuleBytes module =
        ModuleBytes.header()
            .section(TYPES, types)
            .section(FUNCTIONS, ModuleBytes.empty().bytes(1).unsigned(type));
    if (tagType >= 0) {
      module.section(TAGS, ModuleBytes.empty().bytes(1, 0).unsigned(tagType));
    }
    return module
        .section(EXPORTS, ModuleBytes.empty().bytes(1, 1, 'f', 0, 0))
        .section(CODE, ModuleBytes.empty().bytes(1).sized(body))
        .toArray();
  }

  /** The function {@code f} of a module, compiled, every class of it verified. */
  static ExportFunction compiled(byte[] bytes) {
    return compiled(Splitting.DEFAULT_LIMIT, bytes);
  }

  /** Likewise, with methods that weigh no more than given. */
  static ExportFunction compiled(int limit, byte[] bytes) {
    WasmModule module = parse(bytes);
    String prefix = "dev/wasmrun/compiled/test" + NEXT.incrementAndGet() + "/";
    CompiledCode code =
        Execution.loaded(
            module, ModuleEmitter.emit(module, prefix, false, limit, Optional.empty()));
    return Instance.builder(module)
        .withMachineFactory(code::machine)
        .withGlobalFactory(code.globals())
        .build()
        .export("f");
  }

  /** The function {@code f} of a module, interpreted. */
  static ExportFunction interpreted(byte[] bytes) {
    return Instance.builder(parse(bytes)).build().export("f");
  }

  /** How many bytes of code the methods have that a module becomes. */
  static Map<String, Integer> codeSizes(byte[] bytes) {
    var sizes = new HashMap<String, Integer>();
    GeneratedClasses generated = Compiler.compile(parse(bytes), "sizes/", false);
    generated
        .classes()
        .forEach(
            (owner, code) ->
                new ClassReader(code)
                    .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                          @Override
                          public MethodVisitor visitMethod(
                              int access, String name, String type, String sign, String[] thrown) {
                            return new CodeSizeEvaluator(null) {
                              @Override
                              public void visitEnd() {
                                sizes.put(owner + "." + name + type, getMinSize());
                              }
                            };
                          }
                        },
                        0));
    return sizes;
  }

  private static WasmModule parse(byte[] bytes) {
    return Executable.of(GuestModule.of("test.wasm", bytes));
  }
}
