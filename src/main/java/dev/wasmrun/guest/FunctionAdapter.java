package dev.wasmrun.guest;

import static org.objectweb.asm.Opcodes.*;

import dev.wasmrun.module.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * A functional interface whose method calls a guest's function. Its objects are of a class
 * generated for the interface:
 *
 * <pre>
 *   int applyAsInt(int a, int b) { return (int) function.call(a, b)[0]; }
 * </pre>
 */
final class FunctionAdapter {
  /*
   * The JDK's own way, MethodHandleProxies, boxes arguments before Java 22. A generated class costs
   * some ten microseconds once for an interface, and is what the JIT compiler inlines best.
   */
  private static final String CLASS = "GuestFunctionAdapter";
  private static final String FUNCTION = Type.getInternalName(GuestFunction.class);
  private static final String FUNCTION_DESCRIPTOR = Type.getDescriptor(GuestFunction.class);
  private static final String OBJECT = Type.getInternalName(Object.class);
  private static final int THIS = 0;

  /** The class generated for an interface, kept as long as the interface; null until it is. */
  private static final ClassValue<Generated> GENERATED =
      new ClassValue<>() {
        @Override
        protected Generated computeValue(Class<?> type) {
          return new Generated();
        }
      };

  /** Where the adapter of an interface is kept. Two threads may generate it: either one does. */
  private static final class Generated {
    private volatile FunctionAdapter adapter;
  }

  private final Method method;
  private final MethodHandle constructor;

  private FunctionAdapter(Class<?> type, Method method, Lookup lookup) {
    this.method = method;
    try {
      lookup.accessClass(type);
      Lookup adapter = lookup.defineHiddenClass(generate(type, lookup), true);
      this.constructor =
          adapter
              .findConstructor(
                  adapter.lookupClass(), MethodType.methodType(void.class, GuestFunction.class))
              .asType(MethodType.methodType(Object.class, GuestFunction.class));
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IllegalArgumentException(
          "%s is out of sight of %s: pass the MethodHandles.lookup() of a class that sees it"
              .formatted(type.getName(), lookup.lookupClass().getName()),
          e);
    }
  }

  /**
   * A function as an object of an interface.
   *
   * @throws UsageException if the interface's method is not of the function's type
   * @throws IllegalArgumentException if the type is no interface with one abstract method, or the
   *     lookup does not see it
   */
  static <T> T adapt(
      GuestFunction function, ExportedFunction exported, Class<T> type, Lookup lookup) {
    Method method = onlyMethod(type);
    requireType(exported, method);
    Generated generated = GENERATED.get(type);
    if (generated.adapter == null) {
      generated.adapter = new FunctionAdapter(type, method, lookup);
    }
    try {
      return type.cast((Object) generated.adapter.constructor.invokeExact(function));
    } catch (Throwable e) {
      throw new IllegalStateException("generated code whose constructor does not run", e);
    }
  }

  private static Method onlyMethod(Class<?> type) {
    List<Method> methods =
        Arrays.stream(type.getMethods())
            .filter(method -> Modifier.isAbstract(method.getModifiers()))
            .filter(method -> !isOfObject(method))
            .toList();
    if (!type.isInterface() || methods.size() != 1) {
      throw new IllegalArgumentException(
          "%s is no interface with one abstract method".formatted(type.getName()));
    }
    return methods.get(0);
  }

  private static boolean isOfObject(Method method) {
    try {
      return Modifier.isPublic(
          Object.class.getMethod(method.getName(), method.getParameterTypes()).getModifiers());
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static void requireType(ExportedFunction exported, Method method) {
    Class<?>[] results =
        Stream.of(method.getReturnType())
            .filter(type -> type != void.class)
            .toArray(Class<?>[]::new);
    if (!suits(exported.signature().params(), method.getParameterTypes())
        || !suits(exported.signature().results(), results)) {
      throw new UsageException(
          "%s is %s, which %s.%s%s does not suit: int stands for i32, long for i64, float for f32, double for f64"
              .formatted(
                  exported.name(),
                  exported.signature(),
                  method.getDeclaringClass().getSimpleName(),
                  method.getName(),
                  MethodType.methodType(method.getReturnType(), method.getParameterTypes())));
    }
  }

  private static boolean suits(List<ValueType> values, Class<?>[] types) {
    return Arrays.asList(types).equals(values.stream().map(FunctionAdapter::classOf).toList());
  }

  /** The class of Java's values of a type; one that no method has for a type without such. */
  private static Class<?> classOf(ValueType type) {
    return switch (type) {
      case I32 -> int.class;
      case I64 -> long.class;
      case F32 -> float.class;
      case F64 -> double.class;
      case V128, REF -> void.class;
    };
  }

  private byte[] generate(Class<?> type, Lookup lookup) {
    String name = nameIn(lookup.lookupClass().getPackageName());
    var writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        V17, ACC_FINAL | ACC_SUPER, name, null, OBJECT, new String[] {Type.getInternalName(type)});
    writer.visitField(ACC_PRIVATE | ACC_FINAL, "function", FUNCTION_DESCRIPTOR, null, null);
    writeConstructor(writer, name);
    writeMethod(writer, name);
    writer.visitEnd();
    return writer.toByteArray();
  }

  private static String nameIn(String packageName) {
    return packageName.isEmpty() ? CLASS : packageName.replace('.', '/') + "/" + CLASS;
  }

  private static void writeConstructor(ClassWriter writer, String name) {
    MethodVisitor out =
        writer.visitMethod(0, "<init>", "(" + FUNCTION_DESCRIPTOR + ")V", null, null);
    out.visitCode();
    out.visitVarInsn(ALOAD, THIS);
    out.visitMethodInsn(INVOKESPECIAL, OBJECT, "<init>", "()V", false);
    out.visitVarInsn(ALOAD, THIS);
    out.visitVarInsn(ALOAD, 1);
    out.visitFieldInsn(PUTFIELD, name, "function", FUNCTION_DESCRIPTOR);
    out.visitInsn(RETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  private void writeMethod(ClassWriter writer, String name) {
    MethodVisitor out =
        writer.visitMethod(
            ACC_PUBLIC, method.getName(), Type.getMethodDescriptor(method), null, null);
    out.visitCode();
    out.visitVarInsn(ALOAD, THIS);
    out.visitFieldInsn(GETFIELD, name, "function", FUNCTION_DESCRIPTOR);
    writeArguments(out);
    out.visitMethodInsn(INVOKEVIRTUAL, FUNCTION, "call", "([J)[J", false);
    writeResult(out, Type.getType(method.getReturnType()));
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  private void writeArguments(MethodVisitor out) {
    Type[] types = Type.getArgumentTypes(method);
    out.visitIntInsn(SIPUSH, types.length);
    out.visitIntInsn(NEWARRAY, T_LONG);
    int slot = 1;
    for (int i = 0; i < types.length; i++) {
      out.visitInsn(DUP);
      out.visitIntInsn(SIPUSH, i);
      out.visitVarInsn(types[i].getOpcode(ILOAD), slot);
      writeBits(out, types[i]);
      out.visitInsn(LASTORE);
      slot += types[i].getSize();
    }
  }

  /** From a value to its bits. */
  private static void writeBits(MethodVisitor out, Type type) {
    switch (type.getSort()) {
      case Type.INT -> out.visitInsn(I2L);
      case Type.FLOAT -> {
        convert(out, Float.class, "floatToRawIntBits", "(F)I");
        convert(out, Integer.class, "toUnsignedLong", "(I)J");
      }
      case Type.DOUBLE -> convert(out, Double.class, "doubleToRawLongBits", "(D)J");
      default -> {}
    }
  }

  private static void writeResult(MethodVisitor out, Type type) {
    if (type.getSort() == Type.VOID) {
      out.visitInsn(POP);
      out.visitInsn(RETURN);
      return;
    }
    out.visitInsn(ICONST_0);
    out.visitInsn(LALOAD);
    switch (type.getSort()) {
      case Type.INT -> out.visitInsn(L2I);
      case Type.FLOAT -> {
        out.visitInsn(L2I);
        convert(out, Float.class, "intBitsToFloat", "(I)F");
      }
      case Type.DOUBLE -> convert(out, Double.class, "longBitsToDouble", "(J)D");
      default -> {}
    }
    out.visitInsn(type.getOpcode(IRETURN));
  }

  private static void convert(MethodVisitor out, Class<?> owner, String method, String type) {
    out.visitMethodInsn(INVOKESTATIC, Type.getInternalName(owner), method, type, false);
  }
}
