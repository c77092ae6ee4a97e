package dev.wasmrun.memory;

import static org.objectweb.asm.Opcodes.*;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Makes {@link RawBytes} of what the Java at hand has for it without printing a warning: the
 * internal {@code Unsafe} where it is exported to us, as our manifest asks for; else that of {@code
 * sun.misc}, of which newer releases warn; else nothing.
 *
 * <p>The system property {@value #PROPERTY} set to {@code buffer} turns it off.
 */
final class RawBytesGenerator {
  private static final String PROPERTY = "wasmrun.memory";
  private static final String OFF = "buffer";
  private static final String INTERNAL = "jdk.internal.misc";

  /** From here on sun.misc.Unsafe warns of its use. */
  private static final int SUN_WARNS = 24;

  /** Processors on which an address need not be a multiple of anything. */
  private static final Set<String> UNALIGNED = Set.of("amd64", "x86_64", "aarch64");

  private static final String SUPER = Type.getInternalName(RawBytes.class);
  private static final String NAME = SUPER + "ByUnsafe";

  private final Object unsafe;
  private final String owner;

  private RawBytesGenerator(Object unsafe) {
    this.unsafe = unsafe;
    this.owner = Type.getInternalName(unsafe.getClass());
  }

  /** The bytes of the process, if there is a way to them. */
  static Optional<RawBytes> generate() {
    boolean suits =
        !OFF.equals(System.getProperty(PROPERTY))
            && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
            && UNALIGNED.contains(System.getProperty("os.arch"));
    try {
      Optional<Object> unsafe = suits ? unsafe() : Optional.empty();
      return unsafe.isPresent()
          ? Optional.of(new RawBytesGenerator(unsafe.get()).define())
          : Optional.empty();
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      return Optional.empty(); // a buffer serves as well, only slower
    }
  }

  /** Where the bytes of a buffer outside the heap begin. */
  static long address(ByteBuffer buffer) throws ReflectiveOperationException {
    Object unsafe = unsafe().orElseThrow();
    Field address = Buffer.class.getDeclaredField("address");
    Class<?> type = unsafe.getClass();
    long offset = (long) type.getMethod("objectFieldOffset", Field.class).invoke(unsafe, address);
    return (long)
        type.getMethod("getLong", Object.class, long.class).invoke(unsafe, buffer, offset);
  }

  private static Optional<Object> unsafe() throws ReflectiveOperationException {
    if (Object.class.getModule().isExported(INTERNAL, RawBytes.class.getModule())) {
      Class<?> type = Class.forName(INTERNAL + ".Unsafe");
      return Optional.of(type.getMethod("getUnsafe").invoke(null));
    }
    if (Runtime.version().feature() >= SUN_WARNS) {
      return Optional.empty();
    }
    Field field = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
    field.setAccessible(true);
    return Optional.of(field.get(null));
  }

  private RawBytes define() throws ReflectiveOperationException {
    var writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(V17, ACC_FINAL | ACC_SUPER, NAME, null, SUPER, null);
    writer.visitField(ACC_PRIVATE | ACC_FINAL, "unsafe", unsafeType(), null, null);
    constructor(writer);
    for (Type type : List.of(Type.BYTE_TYPE, Type.SHORT_TYPE, Type.INT_TYPE, Type.LONG_TYPE)) {
      String name = type.getClassName();
      String suffix = Character.toUpperCase(name.charAt(0)) + name.substring(1);
      access(writer, "get" + suffix, Type.getMethodDescriptor(type, Type.LONG_TYPE));
      access(
          writer, "put" + suffix, Type.getMethodDescriptor(Type.VOID_TYPE, Type.LONG_TYPE, type));
    }
    writer.visitEnd();
    Class<?> defined = MethodHandles.lookup().defineClass(writer.toByteArray());
    return (RawBytes) defined.getDeclaredConstructor(Object.class).newInstance(unsafe);
  }

  private String unsafeType() {
    return "L" + owner + ";";
  }

  private void constructor(ClassWriter writer) {
    MethodVisitor out = writer.visitMethod(0, "<init>", "(Ljava/lang/Object;)V", null, null);
    out.visitCode();
    out.visitVarInsn(ALOAD, 0);
    out.visitMethodInsn(INVOKESPECIAL, SUPER, "<init>", "()V", false);
    out.visitVarInsn(ALOAD, 0);
    out.visitVarInsn(ALOAD, 1);
    out.visitTypeInsn(CHECKCAST, owner);
    out.visitFieldInsn(PUTFIELD, NAME, "unsafe", unsafeType());
    out.visitInsn(Opcodes.RETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  /** A method that passes its arguments on to the one of its name. */
  private void access(ClassWriter writer, String name, String descriptor) {
    MethodVisitor out = writer.visitMethod(0, name, descriptor, null, null);
    out.visitCode();
    out.visitVarInsn(ALOAD, 0);
    out.visitFieldInsn(GETFIELD, NAME, "unsafe", unsafeType());
    int slot = 1;
    for (Type argument : Type.getArgumentTypes(descriptor)) {
      out.visitVarInsn(argument.getOpcode(ILOAD), slot);
      slot += argument.getSize();
    }
    out.visitMethodInsn(INVOKEVIRTUAL, owner, name, descriptor, false);
    out.visitInsn(Type.getReturnType(descriptor).getOpcode(IRETURN));
    out.visitMaxs(0, 0);
    out.visitEnd();
  }
}
