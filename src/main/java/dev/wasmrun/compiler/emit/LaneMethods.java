package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.wasmrun.compiler.code.VectorForm;
import dev.wasmrun.compiler.code.VectorOp;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes the class with the vector instructions that the Vector API has something for, as static
 * methods over its vectors: {@code I32x4_add(Byte128Vector, Byte128Vector)}.
 *
 * <p>The class belongs into the API's own package. There HotSpot obeys {@code @ForceInline},
 * without which it gives up inlining somewhere in the middle and allocates every vector; and there
 * the final class of vectors of 16 bytes can be named, so that HotSpot knows their class
 * everywhere.
 *
 * <p>It differs from one Java to the next: the access to memory has another signature.
 */
public final class LaneMethods {
  /** The class that is written, as class files have it. */
  static final String OWNER = LaneShape.PACKAGE + "WasmVectors";

  /** The class that is written, as Java has it. */
  public static final String CLASS_NAME = OWNER.replace('/', '.');

  /** A constant of the class, by which it can be told from that of another version. */
  public static final String DIGEST = "DIGEST";

  /** What vectors are in generated code. */
  static final String VECTOR = "L" + LaneShape.BYTES + ";";

  /** A vector of two halves, and the halves of a vector. */
  static final String OF = "of";

  /** A vector with a number in both halves. */
  static final String BOTH = LaneShape.I64x2 + "_splat";

  static final String LOW = "low";
  static final String HIGH = "high";

  /** One of two vectors, the first unless a number is 0. */
  static final String SELECT = "select";

  /**
   * Where 16 bytes are in the process, by where the memory begins there, its last address for 8
   * bytes, an address and an offset; 0 if they are outside.
   */
  static final String AT = "at";

  /** Accesses by the address in the process. */
  static final String LOAD = "load";

  static final String STORE = "store";
  private static final String SUPPORT = "jdk/internal/vm/vector/VectorSupport";
  static final String UNSAFE = "jdk/internal/misc/Unsafe";
  private static final Integer LONG_VALUE = Opcodes.LONG;
  private static final String LONG = "java/lang/Long";
  static final String FORCE_INLINE = "Ljdk/internal/vm/annotation/ForceInline;";
  private static final int LANES = 16;

  private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
  private final Intrinsics intrinsics = new Intrinsics();
  private final Set<String> names = new HashSet<>();
  private final Map<String, byte[]> shuffles = new LinkedHashMap<>();

  private LaneMethods() {}

  /**
   * What has been written.
   *
   * @param bytes the class
   * @param names of its methods
   * @param digest of all but itself, which is also the constant {@link #DIGEST} of the class
   */
  public record Written(byte[] bytes, Set<String> names, String digest) {
    /** Whether there is a method for an instruction. */
    boolean has(VectorOp op) {
      return names.contains(name(op));
    }
  }

  /**
   * Writes the class for the Java at hand.
   *
   * @throws ReflectiveOperationException if that Java has another Vector API than those known
   */
  public static Written write() throws ReflectiveOperationException {
    var methods = new LaneMethods();
    methods.begin();
    methods.conversions();
    methods.memory();
    for (LaneShape shape : LaneShape.values()) {
      methods.method(shape.ones(), "(L" + LaneShape.MASK + ";)" + VECTOR, shape::ofMask);
    }
    LaneOperations.addTo(methods);
    WidthOperations.addTo(methods);
    ByteOperations.addTo(methods);
    RoundingOperations.addTo(methods);
    methods.intrinsics.write(methods.writer);
    methods.initializer();
    return methods.written();
  }

  private Written written() {
    byte[] withoutDigest = writer.toByteArray();
    String digest = digest(withoutDigest);
    var signed = new ClassWriter(0);
    new ClassReader(withoutDigest)
        .accept(
            new ClassVisitor(ASM9, signed) {
              @Override
              public void visitEnd() {
                int flags = ACC_PUBLIC | ACC_STATIC | ACC_FINAL;
                visitField(flags, DIGEST, "Ljava/lang/String;", null, digest).visitEnd();
                super.visitEnd();
              }
            },
            0);
    return new Written(signed.toByteArray(), Set.copyOf(names), digest);
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void begin() {
    var interfaces = new ArrayList<String>(List.of(Intrinsics.slowTypes()));
    interfaces.add(SUPPORT + "$LoadOperation");
    interfaces.add(SUPPORT + "$StoreVectorOperation");
    writer.visit(
        V17,
        ACC_PUBLIC | ACC_FINAL | ACC_SUPER,
        OWNER,
        null,
        "java/lang/Object",
        interfaces.toArray(String[]::new));
    Intrinsics.constructor(writer);
  }

  /** What the method of an instruction is called. */
  static String name(VectorOp op) {
    return op.owner() + part(op.form()) + "_" + op.method();
  }

  private static String part(VectorForm form) {
    return switch (form) {
      case LOW, LOAD_EXTEND -> "_low";
      case HIGH -> "_high";
      default -> "";
    };
  }

  /** Adds a method. */
  void method(String name, String descriptor, Consumer<MethodVisitor> body) {
    names.add(name);
    MethodVisitor out = writer.visitMethod(ACC_PUBLIC | ACC_STATIC, name, descriptor, null, null);
    out.visitAnnotation(FORCE_INLINE, true).visitEnd();
    complete(
        intrinsics.replacing(out),
        code -> {
          notNull(code, descriptor);
          body.accept(code);
        },
        Type.getReturnType(descriptor));
  }

  /** Has HotSpot know that no vector is null, without which it leaves intrinsics out. */
  private static void notNull(MethodVisitor out, String descriptor) {
    int variable = 0;
    for (Type type : Type.getArgumentTypes(descriptor)) {
      if (type.getDescriptor().equals(VECTOR)) {
        out.visitVarInsn(ALOAD, variable);
        out.visitMethodInsn(
            INVOKESTATIC,
            "java/util/Objects",
            "requireNonNull",
            "(Ljava/lang/Object;)Ljava/lang/Object;",
            false);
        out.visitTypeInsn(CHECKCAST, LaneShape.BYTES);
        out.visitVarInsn(ASTORE, variable);
      }
      variable += type.getSize();
    }
  }

  private static void complete(MethodVisitor out, Consumer<MethodVisitor> body, Type result) {
    out.visitCode();
    body.accept(out);
    out.visitInsn(result.getOpcode(IRETURN));
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  /** Adds a method of so many vectors that leaves one. */
  void vectors(String name, int count, Consumer<MethodVisitor> body) {
    method(name, "(" + VECTOR.repeat(count) + ")" + VECTOR, body);
  }

  /** Pushes the order of bytes, by where each is from, that has this name. */
  void order(MethodVisitor out, String name, byte[] order) {
    shuffles.put(name, order);
    out.visitFieldInsn(GETSTATIC, OWNER, name, LaneShape.ORDER);
  }

  /** Calls another method of the class. */
  static void call(MethodVisitor out, String name, String descriptor) {
    out.visitMethodInsn(INVOKESTATIC, OWNER, name, descriptor, false);
  }

  private void conversions() {
    LaneShape halves = LaneShape.I64x2;
    method(
        OF,
        "(JJ)" + VECTOR,
        out -> {
          halves.species(out);
          out.visitVarInsn(LLOAD, 0);
          halves.broadcast(out);
          out.visitInsn(ICONST_1);
          out.visitVarInsn(LLOAD, 2);
          halves.withLane(out);
          halves.toBytes(out);
        });
    method(
        SELECT,
        "(" + VECTOR + VECTOR + "I)" + VECTOR,
        out -> {
          out.visitVarInsn(ALOAD, 0);
          out.visitVarInsn(ALOAD, 1);
          halves.species(out);
          out.visitVarInsn(ILOAD, 2); // all ones unless it is 0
          out.visitVarInsn(ILOAD, 2);
          out.visitInsn(INEG);
          out.visitInsn(IOR);
          out.visitIntInsn(BIPUSH, 31);
          out.visitInsn(ISHR);
          out.visitInsn(I2L);
          halves.broadcast(out);
          halves.toBytes(out);
          call(out, "V128_bitselect", "(" + VECTOR.repeat(3) + ")" + VECTOR);
        });
    for (String half : new String[] {LOW, HIGH}) {
      method(
          half,
          "(" + VECTOR + ")J",
          out -> {
            halves.push(out, 0);
            out.visitInsn(half.equals(LOW) ? ICONST_0 : ICONST_1);
            halves.lane(out);
          });
    }
  }

  /*
   * Memory is accessed by an intrinsic of HotSpot. It takes an object that does the same, slowly,
   * for as long as the caller has not been compiled; that is the only object of this class, and it is
   * told the address as a Long, for what else it is told has 32 bits on some Javas.
   */

  private void memory() throws ReflectiveOperationException {
    method(
        AT,
        "(JJIJ)J",
        out -> {
          var outside = new Label();
          var end = new Label();
          out.visitVarInsn(ILOAD, 4);
          out.visitMethodInsn(INVOKESTATIC, "java/lang/Integer", "toUnsignedLong", "(I)J", false);
          out.visitVarInsn(LLOAD, 5);
          out.visitInsn(LADD);
          out.visitInsn(DUP2);
          out.visitVarInsn(LLOAD, 2);
          out.visitLdcInsn((long) Long.BYTES);
          out.visitInsn(LSUB);
          out.visitInsn(LCMP);
          out.visitJumpInsn(IFGT, outside);
          out.visitVarInsn(LLOAD, 0);
          out.visitInsn(LADD);
          out.visitJumpInsn(GOTO, end);
          Object[] variables = {LONG_VALUE, LONG_VALUE, Opcodes.INTEGER, LONG_VALUE};
          out.visitLabel(outside);
          out.visitFrame(F_NEW, 4, variables, 1, new Object[] {LONG_VALUE});
          out.visitInsn(POP2);
          out.visitInsn(LCONST_0);
          out.visitLabel(end);
          out.visitFrame(F_NEW, 4, variables, 1, new Object[] {LONG_VALUE});
        });
    intrinsic(LOAD, "(J)" + VECTOR);
    intrinsic(STORE, "(J" + VECTOR + ")V");
    Method load = abstractMethod("LoadOperation");
    slowly(
        load,
        out -> {
          LaneArrays.begin(out, LaneShape.I8x16);
          for (int half = 0; half < 2; half++) {
            int of = half;
            LaneArrays.set(
                out,
                LaneShape.I8x16,
                half,
                () -> {
                  pushAddress(out, of);
                  out.visitMethodInsn(INVOKEVIRTUAL, UNSAFE, "getLong", "(J)J", false);
                });
          }
          LaneArrays.end(out, LaneShape.I8x16);
        });
    Method store = abstractMethod("StoreVectorOperation");
    int vector = 2 + Type.getType(store.getParameterTypes()[1]).getSize();
    slowly(
        store,
        out -> {
          for (int half = 0; half < 2; half++) {
            pushAddress(out, half);
            LaneArrays.get(out, LaneShape.I8x16, vector, half);
            out.visitMethodInsn(INVOKEVIRTUAL, UNSAFE, "putLong", "(JJ)V", false);
          }
        });
  }

  private static Method abstractMethod(String type) throws ReflectiveOperationException {
    return Class.forName(SUPPORT.replace('/', '.') + "$" + type).getMethods()[0];
  }

  /** Adds what an intrinsic does where it is none. */
  private void slowly(Method method, Consumer<MethodVisitor> body) {
    complete(
        writer.visitMethod(
            ACC_PUBLIC, method.getName(), Type.getMethodDescriptor(method), null, null),
        body,
        Type.getType(method.getReturnType()));
  }

  static void pushUnsafe(MethodVisitor out) {
    out.visitMethodInsn(INVOKESTATIC, UNSAFE, "getUnsafe", "()L" + UNSAFE + ";", false);
  }

  /** Pushes Unsafe and the address of a half, which is the first argument. */
  private static void pushAddress(MethodVisitor out, int half) {
    pushUnsafe(out);
    out.visitVarInsn(ALOAD, 1);
    out.visitTypeInsn(CHECKCAST, LONG);
    out.visitMethodInsn(INVOKEVIRTUAL, LONG, "longValue", "()J", false);
    out.visitLdcInsn((long) half * Long.BYTES);
    out.visitInsn(LADD);
  }

  /** Adds a method that calls an intrinsic of the same name. */
  private void intrinsic(String name, String descriptor) throws ReflectiveOperationException {
    Method called =
        Arrays.stream(Class.forName(SUPPORT.replace('/', '.')).getDeclaredMethods())
            .filter(method -> method.getName().equals(name))
            .filter(method -> Modifier.isStatic(method.getModifiers()))
            .findFirst()
            .orElseThrow(() -> new NoSuchMethodException(name));
    method(
        name,
        descriptor,
        out -> {
          pushArguments(out, called);
          out.visitMethodInsn(INVOKESTATIC, SUPPORT, name, Type.getMethodDescriptor(called), false);
          if (called.getReturnType() != void.class) {
            out.visitTypeInsn(CHECKCAST, LaneShape.BYTES);
          }
        });
  }

  /**
   * Pushes the arguments of an intrinsic: classes of vector and lane, number of lanes, no base and
   * the address, and then whatever is only told to the object that does it slowly.
   */
  private static void pushArguments(MethodVisitor out, Method called) {
    var seen = new HashSet<Class<?>>();
    for (Class<?> type : called.getParameterTypes()) {
      boolean first = seen.add(type);
      if (type == Class.class && first) {
        out.visitLdcInsn(Type.getObjectType(LaneShape.BYTES));
      } else if (type == Class.class) {
        out.visitFieldInsn(GETSTATIC, "java/lang/Byte", "TYPE", "Ljava/lang/Class;");
      } else if (type == int.class) {
        out.visitIntInsn(BIPUSH, first ? LANES : 0);
      } else if (type == long.class && first) {
        out.visitVarInsn(LLOAD, 0);
      } else if (type == long.class) {
        out.visitInsn(LCONST_0);
      } else if (type == boolean.class) {
        out.visitInsn(ICONST_0);
      } else if (type == Object.class && !first) {
        out.visitVarInsn(LLOAD, 0);
        out.visitMethodInsn(INVOKESTATIC, LONG, "valueOf", "(J)L" + LONG + ";", false);
      } else if (type.getSimpleName().endsWith("Operation")) {
        out.visitFieldInsn(GETSTATIC, OWNER, "SELF", "L" + OWNER + ";");
      } else if (type == Object.class || type.getSimpleName().endsWith("Species")) {
        out.visitInsn(ACONST_NULL);
      } else {
        out.visitVarInsn(ALOAD, 2);
      }
    }
  }

  private void initializer() {
    constant("SELF", "L" + OWNER + ";");
    shuffles.keySet().forEach(name -> constant(name, LaneShape.ORDER));
    complete(
        writer.visitMethod(ACC_STATIC, "<clinit>", "()V", null, null),
        out -> {
          out.visitTypeInsn(NEW, OWNER);
          out.visitInsn(DUP);
          out.visitInsn(ICONST_M1);
          out.visitMethodInsn(INVOKESPECIAL, OWNER, "<init>", "(I)V", false);
          out.visitFieldInsn(PUTSTATIC, OWNER, "SELF", "L" + OWNER + ";");
          intrinsics.initialize(out);
          shuffles.forEach((name, order) -> ByteOperations.initialize(out, OWNER, name, order));
        },
        Type.VOID_TYPE);
  }

  private void constant(String name, String descriptor) {
    writer
        .visitField(ACC_PRIVATE | ACC_STATIC | ACC_FINAL, name, descriptor, null, null)
        .visitEnd();
  }
}
