package dev.wasmrun.memory;

import static org.objectweb.asm.Opcodes.*;

import java.util.List;
import java.util.Locale;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * Writes the two classes by which compiled code accesses memory, since what they call is not there
 * for a compiler that builds for a release of Java.
 *
 * <pre>
 *   abstract class A
 *     base, lastByte, …, lastLong         the last address for each width, less than 0 if none
 *     loadInt(address, A, offset)         static
 *     storeInt(address, value, A, offset)
 *     loadIntAt(address, place)           static, if there is a way to addresses in the process
 *     storeIntAt(address, value, place)
 *     outside(Unsafe, at, A)              static
 *     outsideLoadInt(at)                  abstract
 *     outsideStoreInt(at, value)
 *   class M extends A implements CompiledBounds    one object for a memory
 * </pre>
 *
 * <p>HotSpot inlines a method of more than 35 bytes of bytecode only where it is called often, and
 * has a budget for what it inlines, which accesses to memory can use up by themselves. So a method
 * has 35 bytes at most: it never stores the sum, and has others call what is seldom called.
 */
final class AccessGenerator {
  private static final String HERE = "dev/wasmrun/memory/";
  private static final String BASE = "base";
  private static final String UNSAFE = "UNSAFE";
  private static final Type MEMORY = Type.getType(PlainAccess.class);
  private static final String BOUNDS = Type.getInternalName(CompiledBounds.class);
  private static final List<Type> TYPES =
      List.of(
          Type.BYTE_TYPE,
          Type.SHORT_TYPE,
          Type.INT_TYPE,
          Type.LONG_TYPE,
          Type.FLOAT_TYPE,
          Type.DOUBLE_TYPE);

  private final AccessForm form;
  private final String name;
  private final Type self;

  AccessGenerator(AccessForm form) {
    this.form = form;
    this.name = HERE + capitalized(form.toString()) + "Access";
    this.self = Type.getObjectType(name);
  }

  /** The name of the first class, as class files have it. */
  String className() {
    return name;
  }

  /** The name of the second class. */
  String classNameOfMemory() {
    return name + "OfMemory";
  }

  private static ClassWriter writer(int flags, String name, String superclass, String... more) {
    var writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(V17, flags | ACC_SUPER, name, null, superclass, more);
    return writer;
  }

  /** The first class. */
  byte[] accesses() {
    ClassWriter writer = writer(ACC_PUBLIC | ACC_ABSTRACT, name, "java/lang/Object");
    writer.visitField(ACC_PUBLIC | ACC_FINAL, BASE, "J", null, null);
    for (Type type : TYPES.subList(0, 4)) {
      writer.visitField(ACC_PUBLIC, last(type), "J", null, null);
    }
    if (form != AccessForm.BUFFER) {
      writer.visitField(
          ACC_PRIVATE | ACC_STATIC | ACC_FINAL, UNSAFE, unsafe().getDescriptor(), null, null);
      initializer(writer);
    }
    MethodVisitor out = begin(writer, ACC_PROTECTED, "<init>", "(J)V");
    out.visitVarInsn(ALOAD, 0);
    out.visitMethodInsn(INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
    out.visitVarInsn(ALOAD, 0);
    out.visitVarInsn(LLOAD, 1);
    out.visitFieldInsn(PUTFIELD, name, BASE, "J");
    end(out, Type.VOID_TYPE);
    for (Type type : TYPES) {
      load(writer, type);
      store(writer, type);
    }
    if (form != AccessForm.BUFFER) {
      unchecked(writer);
    }
    return writer.toByteArray();
  }

  private Type unsafe() {
    return Type.getObjectType(unsafeName());
  }

  private String unsafeName() {
    return form == AccessForm.SUN ? "sun/misc/Unsafe" : "jdk/internal/misc/Unsafe";
  }

  private void initializer(ClassWriter writer) {
    MethodVisitor out = begin(writer, ACC_STATIC, "<clinit>", "()V");
    if (form == AccessForm.SUN) {
      out.visitMethodInsn(
          INVOKESTATIC,
          Type.getInternalName(AccessForm.class),
          "sun",
          "()Ljava/lang/Object;",
          false);
      out.visitTypeInsn(CHECKCAST, unsafeName());
    } else {
      out.visitMethodInsn(INVOKESTATIC, unsafeName(), "getUnsafe", "()" + unsafe(), false);
    }
    out.visitFieldInsn(PUTSTATIC, name, UNSAFE, unsafe().getDescriptor());
    end(out, Type.VOID_TYPE);
  }

  /*
   * [Unsafe] sum [sum last, compared]; base added, and then the access; or, outside, another method
   * that takes what is on the stack.
   */

  private void load(ClassWriter writer, Type type) {
    int memory = 1;
    int offset = memory + 1;
    String descriptor = Type.getMethodDescriptor(type, Type.INT_TYPE, self, Type.LONG_TYPE);
    MethodVisitor out = begin(writer, ACC_PUBLIC | ACC_STATIC, named("load", type), descriptor);
    if (form == AccessForm.BUFFER) {
      out.visitVarInsn(ALOAD, memory);
      sum(out, offset);
      out.visitMethodInsn(INVOKEVIRTUAL, name, outside("Load", type), "(J)" + type, false);
      end(out, type);
    } else {
      var outside = new Label();
      check(out, type, memory, offset, outside);
      place(out, memory);
      out.visitMethodInsn(INVOKEVIRTUAL, unsafeName(), named("get", type), "(J)" + type, false);
      out.visitInsn(type.getOpcode(IRETURN));
      frame(out, outside, INTEGER, name, LONG);
      out.visitVarInsn(ALOAD, memory);
      String rest = Type.getMethodDescriptor(type, unsafe(), Type.LONG_TYPE, self);
      out.visitMethodInsn(INVOKESTATIC, name, outside("Load", type), rest, false);
      end(out, type);
      out = begin(writer, ACC_PRIVATE | ACC_STATIC, outside("Load", type), rest);
      out.visitVarInsn(ALOAD, 3);
      out.visitVarInsn(LLOAD, 1);
      out.visitMethodInsn(INVOKEVIRTUAL, name, outside("Load", type), "(J)" + type, false);
      end(out, type);
    }
    writer
        .visitMethod(ACC_PROTECTED | ACC_ABSTRACT, outside("Load", type), "(J)" + type, null, null)
        .visitEnd();
  }

  private void store(ClassWriter writer, Type type) {
    int memory = 1 + type.getSize();
    int offset = memory + 1;
    String virtual = "(J" + type + ")V";
    String descriptor =
        Type.getMethodDescriptor(Type.VOID_TYPE, Type.INT_TYPE, type, self, Type.LONG_TYPE);
    MethodVisitor out = begin(writer, ACC_PUBLIC | ACC_STATIC, named("store", type), descriptor);
    if (form == AccessForm.BUFFER) {
      out.visitVarInsn(ALOAD, memory);
      sum(out, offset);
      out.visitVarInsn(type.getOpcode(ILOAD), 1);
      out.visitMethodInsn(INVOKEVIRTUAL, name, outside("Store", type), virtual, false);
      end(out, Type.VOID_TYPE);
    } else {
      var outside = new Label();
      check(out, type, memory, offset, outside);
      place(out, memory);
      out.visitVarInsn(type.getOpcode(ILOAD), 1);
      out.visitMethodInsn(INVOKEVIRTUAL, unsafeName(), named("put", type), virtual, false);
      out.visitInsn(RETURN);
      frame(out, outside, INTEGER, frameType(type), name, LONG);
      out.visitVarInsn(type.getOpcode(ILOAD), 1);
      out.visitVarInsn(ALOAD, memory);
      String rest = Type.getMethodDescriptor(Type.VOID_TYPE, unsafe(), Type.LONG_TYPE, type, self);
      out.visitMethodInsn(INVOKESTATIC, name, outside("Store", type), rest, false);
      end(out, Type.VOID_TYPE);
      out = begin(writer, ACC_PRIVATE | ACC_STATIC, outside("Store", type), rest);
      out.visitVarInsn(ALOAD, 3 + type.getSize());
      out.visitVarInsn(LLOAD, 1);
      out.visitVarInsn(type.getOpcode(ILOAD), 3);
      out.visitMethodInsn(INVOKEVIRTUAL, name, outside("Store", type), virtual, false);
      end(out, Type.VOID_TYPE);
    }
    writer
        .visitMethod(ACC_PROTECTED | ACC_ABSTRACT, outside("Store", type), virtual, null, null)
        .visitEnd();
  }

  /** Where a memory ends, where its addresses are, and accesses there. */
  private void unchecked(ClassWriter writer) {
    MethodVisitor out = begin(writer, ACC_PUBLIC | ACC_STATIC, "end", "(" + self + ")J");
    out.visitVarInsn(ALOAD, 0);
    out.visitFieldInsn(GETFIELD, name, last(Type.BYTE_TYPE), "J");
    out.visitInsn(LCONST_1);
    out.visitInsn(LADD);
    end(out, Type.LONG_TYPE);
    out = begin(writer, ACC_PUBLIC | ACC_STATIC, "place", "(I" + self + ")J");
    out.visitVarInsn(ILOAD, 0);
    out.visitMethodInsn(INVOKESTATIC, "java/lang/Integer", "toUnsignedLong", "(I)J", false);
    place(out, 1);
    end(out, Type.LONG_TYPE);
    for (Type type : TYPES) {
      String load = Type.getMethodDescriptor(type, Type.INT_TYPE, Type.LONG_TYPE);
      out = begin(writer, ACC_PUBLIC | ACC_STATIC, named("load", type) + "At", load);
      out.visitFieldInsn(GETSTATIC, name, UNSAFE, unsafe().getDescriptor());
      out.visitVarInsn(LLOAD, 1);
      out.visitMethodInsn(INVOKEVIRTUAL, unsafeName(), named("get", type), "(J)" + type, false);
      end(out, type);
      String store = Type.getMethodDescriptor(Type.VOID_TYPE, Type.INT_TYPE, type, Type.LONG_TYPE);
      out = begin(writer, ACC_PUBLIC | ACC_STATIC, named("store", type) + "At", store);
      out.visitFieldInsn(GETSTATIC, name, UNSAFE, unsafe().getDescriptor());
      out.visitVarInsn(LLOAD, 1 + type.getSize());
      out.visitVarInsn(type.getOpcode(ILOAD), 1);
      String put = "(J" + type + ")V";
      out.visitMethodInsn(INVOKEVIRTUAL, unsafeName(), named("put", type), put, false);
      end(out, Type.VOID_TYPE);
    }
  }

  /** Pushes Unsafe and the sum of address and offset, and jumps if that is outside. */
  private void check(MethodVisitor out, Type type, int memory, int offset, Label outside) {
    out.visitFieldInsn(GETSTATIC, name, UNSAFE, unsafe().getDescriptor());
    sum(out, offset);
    out.visitInsn(DUP2);
    out.visitVarInsn(ALOAD, memory);
    out.visitFieldInsn(GETFIELD, name, last(type), "J");
    out.visitInsn(LCMP);
    out.visitJumpInsn(IFGT, outside);
  }

  private static void sum(MethodVisitor out, int offset) {
    out.visitVarInsn(ILOAD, 0);
    out.visitMethodInsn(INVOKESTATIC, "java/lang/Integer", "toUnsignedLong", "(I)J", false);
    out.visitVarInsn(LLOAD, offset);
    out.visitInsn(LADD);
  }

  /** Makes the address in the process of the sum. */
  private void place(MethodVisitor out, int memory) {
    out.visitVarInsn(ALOAD, memory);
    out.visitFieldInsn(GETFIELD, name, BASE, "J");
    out.visitInsn(LADD);
  }

  private void frame(MethodVisitor out, Label outside, Object... variables) {
    out.visitLabel(outside);
    out.visitFrame(F_NEW, variables.length, variables, 2, new Object[] {unsafeName(), LONG});
  }

  /** The second class. */
  byte[] accessesOfMemory() {
    String own = classNameOfMemory();
    String memory = "memory";
    ClassWriter writer = writer(ACC_FINAL, own, name, BOUNDS);
    writer.visitField(ACC_PRIVATE | ACC_FINAL, memory, MEMORY.getDescriptor(), null, null);
    MethodVisitor out = begin(writer, 0, "<init>", "(" + MEMORY + "J)V");
    out.visitVarInsn(ALOAD, 0);
    out.visitVarInsn(LLOAD, 2);
    out.visitMethodInsn(INVOKESPECIAL, name, "<init>", "(J)V", false);
    out.visitVarInsn(ALOAD, 0);
    out.visitVarInsn(ALOAD, 1);
    out.visitFieldInsn(PUTFIELD, own, memory, MEMORY.getDescriptor());
    end(out, Type.VOID_TYPE);
    bound(writer);
    for (Type type : TYPES) {
      for (String direction : List.of("Load", "Store")) {
        boolean load = direction.equals("Load");
        Type result = load ? type : Type.VOID_TYPE;
        out =
            begin(
                writer,
                ACC_PROTECTED,
                outside(direction, type),
                load ? "(J)" + type : "(J" + type + ")V");
        out.visitVarInsn(ALOAD, 0);
        out.visitFieldInsn(GETFIELD, own, memory, MEMORY.getDescriptor());
        out.visitInsn(DUP);
        out.visitVarInsn(LLOAD, 1);
        out.visitMethodInsn(INVOKEVIRTUAL, MEMORY.getInternalName(), "narrow", "(J)I", false);
        if (!load) {
          out.visitVarInsn(type.getOpcode(ILOAD), 3);
        }
        out.visitMethodInsn(
            INVOKEVIRTUAL,
            MEMORY.getInternalName(),
            named(load ? "get" : "set", type),
            load ? "(I)" + type : "(I" + type + ")V",
            false);
        end(out, result);
      }
    }
    return writer.toByteArray();
  }

  /** {@link CompiledBounds#bound}. */
  private void bound(ClassWriter writer) {
    MethodVisitor out = begin(writer, ACC_PUBLIC, "bound", "(J)V");
    var direct = new Label();
    out.visitVarInsn(ALOAD, 0);
    out.visitFieldInsn(GETFIELD, name, BASE, "J");
    out.visitInsn(LCONST_0);
    out.visitInsn(LCMP);
    out.visitJumpInsn(IFNE, direct);
    out.visitInsn(LCONST_0);
    out.visitVarInsn(LSTORE, 1);
    out.visitLabel(direct);
    out.visitFrame(F_NEW, 2, new Object[] {classNameOfMemory(), LONG}, 0, new Object[0]);
    for (Type type : TYPES.subList(0, 4)) {
      out.visitVarInsn(ALOAD, 0);
      out.visitVarInsn(LLOAD, 1);
      out.visitLdcInsn((long) width(type));
      out.visitInsn(LSUB);
      out.visitFieldInsn(PUTFIELD, name, last(type), "J");
    }
    end(out, Type.VOID_TYPE);
  }

  private static MethodVisitor begin(
      ClassWriter writer, int flags, String method, String descriptor) {
    MethodVisitor out = writer.visitMethod(flags, method, descriptor, null, null);
    out.visitCode();
    return out;
  }

  private static void end(MethodVisitor out, Type result) {
    out.visitInsn(result.getOpcode(IRETURN));
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  private static Object frameType(Type type) {
    return switch (type.getSort()) {
      case Type.LONG -> LONG;
      case Type.FLOAT -> FLOAT;
      case Type.DOUBLE -> DOUBLE;
      default -> INTEGER;
    };
  }

  /** The field with the last address of a type's width. */
  private static String last(Type type) {
    return switch (type.getSort()) {
      case Type.FLOAT -> last(Type.INT_TYPE);
      case Type.DOUBLE -> last(Type.LONG_TYPE);
      default -> named("last", type);
    };
  }

  private static int width(Type type) {
    return switch (type.getSort()) {
      case Type.BYTE -> Byte.BYTES;
      case Type.SHORT -> Short.BYTES;
      case Type.INT -> Integer.BYTES;
      default -> Long.BYTES;
    };
  }

  private static String outside(String direction, Type type) {
    return named("outside" + direction, type);
  }

  private static String named(String prefix, Type type) {
    return prefix + capitalized(type.getClassName());
  }

  private static String capitalized(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
