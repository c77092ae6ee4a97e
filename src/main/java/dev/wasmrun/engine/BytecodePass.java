package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.OpcodeImpl;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * The rewrites that generated classes go through before they are loaded.
 *
 * <p>One so far: an unsigned division or remainder by a positive constant calls {@link
 * UnsignedDivision} in place of Chicory's own method.
 */
final class BytecodePass {
  private static final String RUNTIME = Type.getInternalName(OpcodeImpl.class);
  private static final String OURS = Type.getInternalName(UnsignedDivision.class);
  private static final Map<String, String> DIVISIONS =
      Map.of(
          "I32_DIV_U", "divide",
          "I32_REM_U", "remainder",
          "I64_DIV_U", "divide",
          "I64_REM_U", "remainder");

  private BytecodePass() {}

  /** The class with every rewrite applied. */
  static byte[] rewrite(byte[] classFile) {
    var generated = new ClassNode();
    new ClassReader(classFile).accept(generated, 0);
    for (MethodNode method : generated.methods) {
      for (AbstractInsnNode instruction : method.instructions) {
        if (instruction instanceof MethodInsnNode call && dividesByPositiveConstant(call)) {
          call.owner = OURS;
          call.name = DIVISIONS.get(call.name);
        }
      }
    }
    // Frames stay as they are: a call is replaced by a call of the same type.
    var writer = new ClassWriter(0);
    generated.accept(writer);
    return writer.toByteArray();
  }

  /**
   * Whether the divisor is pushed by the instruction right before the call, with no label between.
   */
  private static boolean dividesByPositiveConstant(MethodInsnNode call) {
    return call.owner.equals(RUNTIME)
        && DIVISIONS.containsKey(call.name)
        && call.getPrevious() != null
        && pushesPositiveConstant(call.getPrevious());
  }

  private static boolean pushesPositiveConstant(AbstractInsnNode instruction) {
    int opcode = instruction.getOpcode();
    if (instruction instanceof LdcInsnNode load) {
      return load.cst instanceof Long wide && wide > 0
          || load.cst instanceof Integer narrow && narrow > 0;
    }
    if (instruction instanceof IntInsnNode push) {
      return opcode != Opcodes.NEWARRAY && push.operand > 0;
    }
    return opcode >= Opcodes.ICONST_1 && opcode <= Opcodes.ICONST_5 || opcode == Opcodes.LCONST_1;
  }
}
