package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final Map<ByteBuffer, String> orders = new LinkedHashMap<>();
  private final List<String> forms = new ArrayList<>();

  /** A public, final class. */
  ClassFile(String name, String superclass) {
    this.name = name;
    this.writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(Opcodes.V17, ACC_PUBLIC | ACC_FINAL | ACC_SUPER, name, null, superclass, null);
    writer.visitSource("wasm", null);
  }

  @Override
  public String name() {
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

  @Override
  public String order(byte[] order) {
    return orders.computeIfAbsent(ByteBuffer.wrap(order.clone()), unseen -> orderField());
  }

  private String orderField() {
    String field = "order" + orders.size();
    int flags = ACC_PRIVATE | ACC_STATIC | ACC_FINAL;
    writer.visitField(flags, field, LaneShape.ORDER, null, null).visitEnd();
    return field;
  }

  /** The static field by which a function chooses one of its two forms. */
  String forms(int function) {
    String field = "forms" + function;
    forms.add(field);
    int flags = ACC_PRIVATE | ACC_STATIC | ACC_FINAL;
    writer.visitField(flags, field, Entries.FORMS_DESCRIPTOR, null, null).visitEnd();
    return field;
  }

  private void initializer() {
    MethodVisitor out = writer.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null);
    out.visitCode();
    orders.forEach((order, field) -> ByteOperations.initialize(out, name, field, order.array()));
    for (String field : forms) {
      out.visitTypeInsn(NEW, Entries.FORMS);
      out.visitInsn(DUP);
      out.visitMethodInsn(INVOKESPECIAL, Entries.FORMS, "<init>", "()V", false);
      out.visitFieldInsn(PUTSTATIC, name, field, Entries.FORMS_DESCRIPTOR);
    }
    out.visitInsn(RETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  byte[] bytes() {
    if (!orders.isEmpty() || !forms.isEmpty()) {
      initializer();
    }
    writer.visitEnd();
    return writer.toByteArray();
  }
}
