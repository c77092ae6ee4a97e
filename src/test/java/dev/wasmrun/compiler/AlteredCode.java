package dev.wasmrun.compiler;

import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.compiler.emit.GeneratedClasses;
import dev.wasmrun.compiler.emit.GeneratedUnit;
import dev.wasmrun.compiler.pass.Splitting;
import dev.wasmrun.engine.PreparedCode;
import java.util.LinkedHashMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Compiled code made wrong on purpose, to see that tests notice. */
public final class AlteredCode {
  private AlteredCode() {}

  /**
   * The code of a module in which one conditional jump stands for another.
   *
   * @param opcode of the jump that is replaced everywhere
   */
  public static PreparedCode replacingJumps(WasmModule module, int opcode, int by) {
    GeneratedClasses right = Execution.generate(module, Splitting.DEFAULT_LIMIT);
    var classes = new LinkedHashMap<String, byte[]>();
    right.classes().forEach((name, bytes) -> classes.put(name, alter(bytes, opcode, by)));
    return Execution.prepared(
        module,
        new GeneratedClasses(right.prefix(), right.firstFunctions(), classes, right.lines()));
  }

  /** Classes without what the JVM needs to verify methods that branch. */
  static GeneratedUnit withoutFrames(GeneratedUnit right) {
    var classes = new LinkedHashMap<String, byte[]>();
    right
        .classes()
        .forEach(
            (name, bytes) -> {
              var writer = new ClassWriter(0);
              new ClassReader(bytes).accept(writer, ClassReader.SKIP_FRAMES);
              classes.put(name, writer.toByteArray());
            });
    return new GeneratedUnit(classes, right.lines());
  }

  private static byte[] alter(byte[] classFile, int opcode, int by) {
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
                  public void visitJumpInsn(int jump, Label label) {
                    super.visitJumpInsn(jump == opcode ? by : jump, label);
                  }
                };
              }
            },
            0);
    return writer.toByteArray();
  }
}
