package dev.wasmrun.engine;

import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Methods that a generated class has twice, which the JVM does not accept. Chicory's compiler
 * writes one for each list of results that functions have, and two lists that differ in the types
 * of references only become the same method.
 */
final class DuplicateMethods {
  private DuplicateMethods() {}

  /** The class with the first one of each. */
  static byte[] removed(byte[] classFile) {
    var reader = new ClassReader(classFile);
    var scan = new FirstMethods(null);
    reader.accept(scan, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG);
    if (!scan.sawDuplicate) {
      return classFile;
    }
    var writer = new ClassWriter(0);
    reader.accept(new FirstMethods(writer), 0);
    return writer.toByteArray();
  }

  private static final class FirstMethods extends ClassVisitor {
    private final Set<String> seen = new HashSet<>();
    private boolean sawDuplicate;

    FirstMethods(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String type, String generic, String[] exceptions) {
      if (!seen.add(name + type)) {
        sawDuplicate = true;
        return null;
      }
      return super.visitMethod(access, name, type, generic, exceptions);
    }
  }
}
