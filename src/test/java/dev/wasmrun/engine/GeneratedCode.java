package dev.wasmrun.engine;

import com.dylibso.chicory.wasm.WasmModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** What the functions of a module have become. */
final class GeneratedCode {
  private GeneratedCode() {}

  /** The methods of a module's functions, in order. */
  static List<MethodNode> functions(WasmModule module, Set<Rewrite> rewrites) {
    var functions = new ArrayList<MethodNode>();
    forEachClass(
        module,
        rewrites,
        (name, classFile) -> {
          var generated = new ClassNode();
          new ClassReader(classFile).accept(generated, 0);
          generated.methods.stream()
              .filter(method -> method.name.startsWith("func_"))
              .forEach(functions::add);
        });
    return functions;
  }

  /** Every call that a module's functions make, such as {@code OpcodeImpl.I32_CLZ}. */
  static List<String> calls(WasmModule module, Set<Rewrite> rewrites) {
    return functions(module, rewrites).stream().flatMap(method -> calls(method).stream()).toList();
  }

  /** Every call that a function makes. */
  static List<String> calls(MethodNode function) {
    return Arrays.stream(function.instructions.toArray())
        .filter(MethodInsnNode.class::isInstance)
        .map(MethodInsnNode.class::cast)
        .map(call -> call.owner.substring(call.owner.lastIndexOf('/') + 1) + "." + call.name)
        .toList();
  }

  static void forEachClass(
      WasmModule module, Set<Rewrite> rewrites, BiConsumer<String, byte[]> visitor) {
    CompiledModules.load(module, rewrites, false, "", Optional.empty())
        .classBytes()
        .forEach(visitor);
  }
}
