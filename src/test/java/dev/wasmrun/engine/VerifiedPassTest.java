package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class VerifiedPassTest {
  private static final UnaryOperator<byte[]> NOTHING = UnaryOperator.identity();

  @Test
  void theFirstPassThatTheJvmAcceptsCounts() {
    byte[] given = classFile(Set.of(), 1);
    byte[] better = classFile(Set.of(), 1, 2);
    UnaryOperator<byte[]> breaking = any -> classFile(Set.of(1), 1);
    UnaryOperator<byte[]> failing =
        any -> {
          throw new IllegalStateException("an error of the pass");
        };
    UnaryOperator<byte[]> good = any -> better;
    assertArrayEquals(better, VerifiedPass.apply(given, List.of(good, NOTHING)));
    assertArrayEquals(given, VerifiedPass.apply(given, List.of(breaking, NOTHING)));
    assertArrayEquals(given, VerifiedPass.apply(given, List.of(failing, NOTHING)));
    assertArrayEquals(better, VerifiedPass.apply(given, List.of(breaking, failing, good)));
  }

  @Test
  void theFunctionsThatTheJvmRefusesAreNamed() {
    byte[] given = classFile(Set.of(7, 12), 3, 7, 11, 12);
    var refused =
        assertThrows(
            UncompilableFunctionsException.class,
            () -> VerifiedPass.apply(given, List.of(NOTHING, NOTHING)));
    assertEquals(Set.of(7, 12), refused.functions());
  }

  @Test
  void aRefusalBecauseOfNoFunctionIsOneLine() {
    var writer = new ClassWriter(0);
    writer.visit(
        Opcodes.V11, Opcodes.ACC_FINAL | Opcodes.ACC_ABSTRACT, "A", null, "java/lang/Object", null);
    byte[] given = writer.toByteArray();
    var refused =
        assertThrows(
            IllegalStateException.class, () -> VerifiedPass.apply(given, List.of(NOTHING)));
    assertTrue(refused.getMessage().startsWith("the JVM does not accept"), refused.getMessage());
    assertEquals(1, refused.getMessage().lines().count());
  }

  /** A class of functions for an int, some of which return without one. */
  private static byte[] classFile(Set<Integer> broken, int... functions) {
    var writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(Opcodes.V11, Opcodes.ACC_FINAL, "Group", null, "java/lang/Object", null);
    for (int function : functions) {
      MethodVisitor method =
          writer.visitMethod(
              Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "func_" + function, "()I", null, null);
      method.visitCode();
      method.visitInsn(broken.contains(function) ? Opcodes.FCONST_0 : Opcodes.ICONST_0);
      method.visitInsn(Opcodes.IRETURN);
      method.visitMaxs(0, 0);
      method.visitEnd();
    }
    return writer.toByteArray();
  }
}
