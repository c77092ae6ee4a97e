package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** A class with code of functions, while it is being written. */
final class ClassFile implements MethodSink {
  /** Line numbers have 16 bits; what comes after the last shares it. */
  private static final int MOST_LINES = 65_535;

  private final String name;
  private final ClassWriter writer;
  private final List<Integer> lines = new ArrayList<>();

  /** A public, final class. */
  ClassFile(String name, String superclass) {
    this.name = name;
    this.writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(Opcodes.V17, ACC_PUBLIC | ACC_FINAL | ACC_SUPER, name, null, superclass, null);
    writer.visitSource("wasm", null);
  }

  String name() {
    return name;
  }

  ClassWriter writer() {
    return writer;
  }

  @Override
  public MethodVisitor method(String method, String descriptor) {
    return writer.visitMethod(ACC_PUBLIC | ACC_STATIC, method, descriptor, null, null);
  }

  @Override
  public int line(int address, boolean part) {
    return line(address << 1 | (part ? 1 : 0));
  }

  /** The line number that stands for an imported function. */
  int importedLine(int function) {
    return line(~function);
  }

  private int line(int place) {
    boolean again = !lines.isEmpty() && lines.get(lines.size() - 1) == place;
    if (!again && lines.size() < MOST_LINES) {
      lines.add(place);
    }
    return lines.size(); // numbered from 1
  }

  /**
   * What the line numbers stand for: twice the address, and 1 if it is in a part; or, negative, an
   * imported function.
   */
  int[] lines() {
    return lines.stream().mapToInt(Integer::intValue).toArray();
  }

  byte[] bytes() {
    writer.visitEnd();
    return writer.toByteArray();
  }
}
