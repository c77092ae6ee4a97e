package dev.wasmrun.engine;

import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/** The way of generated classes through the {@link Rewrite}s before they are loaded. */
final class BytecodePass {
  /**
   * To be raised with every change of what a rewrite makes, for classes that were rewritten earlier
   * are kept on disk.
   */
  static final int VERSION = 1;

  private BytecodePass() {}

  /** The class with these rewrites made. */
  static byte[] rewrite(byte[] classFile, Set<Rewrite> rewrites) {
    if (rewrites.isEmpty()) {
      return classFile;
    }
    var generated = new ClassNode();
    new ClassReader(classFile).accept(generated, 0);
    for (MethodNode method : generated.methods) {
      for (AbstractInsnNode instruction : method.instructions.toArray()) {
        if (instruction instanceof MethodInsnNode call) {
          rewrites.forEach(rewrite -> rewrite.apply(method, call));
        }
      }
    }
    // Frames stay as they are: a rewrite branches nowhere, and has the effect of the call it
    // replaces.
    var writer = new ClassWriter(0);
    generated.accept(writer);
    return writer.toByteArray();
  }
}
