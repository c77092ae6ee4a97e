package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import org.objectweb.asm.MethodVisitor;

/**
 * Writes the class by which a module's code loads and stores vectors by halves, where they have no
 * address in the process or seem to be outside of the memory.
 *
 * <pre>
 *   load(address, memory, offset)     store(address, vector, memory, offset)
 * </pre>
 */
final class VectorAccesses {
  static final String LOAD = "load";
  static final String STORE = "store";
  private static final String VECTOR = LaneMethods.VECTOR;
  private static final String MEMORY = PlainAccesses.DESCRIPTOR;
  static final String LOAD_DESCRIPTOR = "(I" + MEMORY + "J)" + VECTOR;
  static final String STORE_DESCRIPTOR = "(I" + VECTOR + MEMORY + "J)V";

  private final ClassFile file;

  private VectorAccesses(ClassFile file) {
    this.file = file;
  }

  /** The name of the class for the code of another. */
  static String name(String user) {
    return ModulePlan.unitOf(user) + "OfAccesses";
  }

  static ClassFile emit(String name) {
    var file = new ClassFile(name, "java/lang/Object");
    var accesses = new VectorAccesses(file);
    accesses.loadHalves();
    accesses.storeHalves();
    return file;
  }

  private static void pushMemory(MethodVisitor out, int memory) {
    out.visitVarInsn(ALOAD, memory);
    out.visitVarInsn(LLOAD, memory + 1);
  }

  private static void pushUpper(MethodVisitor out, int memory) {
    pushMemory(out, memory);
    out.visitLdcInsn((long) Long.BYTES);
    out.visitInsn(LADD);
  }

  private void loadHalves() {
    MethodVisitor out = file.method(LOAD, LOAD_DESCRIPTOR);
    out.visitCode();
    String load = "(I" + MEMORY + "J)J";
    out.visitVarInsn(ILOAD, 0);
    pushMemory(out, 1);
    out.visitMethodInsn(INVOKESTATIC, PlainAccesses.OWNER, "loadLong", load, false);
    out.visitVarInsn(ILOAD, 0);
    pushUpper(out, 1);
    out.visitMethodInsn(INVOKESTATIC, PlainAccesses.OWNER, "loadLong", load, false);
    LaneMethods.call(out, LaneMethods.OF, "(JJ)" + VECTOR);
    out.visitInsn(ARETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  /** The upper half first: if any of it is outside, the end of that is. */
  private void storeHalves() {
    MethodVisitor out = file.method(STORE, STORE_DESCRIPTOR);
    out.visitCode();
    String store = "(IJ" + MEMORY + "J)V";
    for (String half : new String[] {LaneMethods.HIGH, LaneMethods.LOW}) {
      out.visitVarInsn(ILOAD, 0);
      out.visitVarInsn(ALOAD, 1);
      LaneMethods.call(out, half, "(" + VECTOR + ")J");
      if (half.equals(LaneMethods.HIGH)) {
        pushUpper(out, 2);
      } else {
        pushMemory(out, 2);
      }
      out.visitMethodInsn(INVOKESTATIC, PlainAccesses.OWNER, "storeLong", store, false);
    }
    out.visitInsn(RETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }
}
