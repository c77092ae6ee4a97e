package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.WasmModule;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Compiled code made wrong on purpose, to see that tests notice. */
public final class AlteredCode {
  private AlteredCode() {}

  /** The machines of a module whose code calls another static method instead of one. */
  public static Function<Instance, Machine> replacing(
      WasmModule module, Class<?> owner, String name, Class<?> instead, String insteadName) {
    Map<String, byte[]> compiled =
        CompiledModules.load(module, EnumSet.allOf(Rewrite.class), false, "", Optional.empty())
            .stored();
    var altered = new LinkedHashMap<String, byte[]>();
    compiled.forEach(
        (className, bytes) ->
            altered.put(
                className,
                isClass(bytes)
                    ? alter(bytes, new Call(owner, name), new Call(instead, insteadName))
                    : bytes));
    return MachineClass.of(altered.keySet().iterator().next(), altered);
  }

  private record Call(String owner, String name) {
    Call(Class<?> owner, String name) {
      this(Type.getInternalName(owner), name);
    }
  }

  private static boolean isClass(byte[] bytes) {
    return bytes.length > 4 && bytes[0] == (byte) 0xCA && bytes[1] == (byte) 0xFE;
  }

  private static byte[] alter(byte[] classFile, Call call, Call instead) {
    var writer = new ClassWriter(0);
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9, writer) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String type, String generic, String[] exceptions) {
                return new MethodVisitor(
                    Opcodes.ASM9, super.visitMethod(access, name, type, generic, exceptions)) {
                  @Override
                  public void visitMethodInsn(
                      int opcode, String owner, String name, String type, boolean onInterface) {
                    boolean altered = new Call(owner, name).equals(call);
                    super.visitMethodInsn(
                        opcode,
                        altered ? instead.owner() : owner,
                        altered ? instead.name() : name,
                        type,
                        onInterface);
                  }
                };
              }
            },
            0);
    return writer.toByteArray();
  }
}
