package dev.wasmrun.engine;

import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.tree.ClassNode;

/** The way of generated classes through the {@link Rewrite}s before they are loaded. */
final class BytecodePass {
  /**
   * To be raised with every change of what a rewrite makes, for classes that were rewritten earlier
   * are kept on disk. A test knows what each version makes.
   */
  static final int VERSION = 6;

  private BytecodePass() {}

  /** The class with these rewrites made. */
  static byte[] rewrite(byte[] classFile, Set<Rewrite> rewrites) {
    if (rewrites.isEmpty()) {
      return classFile;
    }
    var generated = new ClassNode();
    new ClassReader(classFile).accept(generated, ClassReader.EXPAND_FRAMES);
    rewrites.forEach(rewrite -> rewrite.apply(generated));
    var writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    generated.accept(writer);
    return writer.toByteArray();
  }
}
