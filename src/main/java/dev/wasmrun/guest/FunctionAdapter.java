package dev.wasmrun.guest;

import static org.objectweb.asm.Opcodes.*;

import dev.wasmrun.module.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * A functional interface whose method calls a guest's function. Its objects are of a class
 * generated for the interface and the function's code, a {@link FunctionHandle}, which is a
 * constant there:
 *
 * <pre>
 *   int applyAsInt(int a, int b) { return CODE.invokeExact(function, a, b); }
 * </pre>
 */
final class FunctionAdapter {
  /*
   * The JDK's own way, MethodHandleProxies, boxes arguments before Java 22. A generated class costs
   * some hundred microseconds once, and is what the JIT compiler inlines best.
   */
  private static final String CLASS = "GuestFunctionAdapter";
  private static final String FUNCTION = Type.getInternalName(GuestFunction.class);
  private static final String FUNCTION_DESCRIPTOR = Type.getDescriptor(GuestFunction.class);
  private static final String HANDLE = Type.getInternalName(MethodHandle.class);
  private static final String OBJECT = Type.getInternalName(Object.class);
  private static final int THIS = 0;

  /** The data of the generated class. */
  private static final ConstantDynamic CODE =
      new ConstantDynamic(
          "_", // as classData wants it
          Type.getDescriptor(MethodHandle.class),
          new Handle(
              H_INVOKESTATIC,
              Type.getInternalName(MethodHandles.class),
              "classData",
              MethodType.methodType(Object.class, Lookup.class, String.class, Class.class)
                  .toMethodDescriptorString(),
              false));

  private final MethodHandle constructor;

  /**
   * Generates the class.
   *
   * @param code what the function's calls are
   * @param method the interface's, of the function's type
   * @throws IllegalArgumentException if the lookup does not see the interface
   */
  FunctionAdapter(MethodHandle code, Class<?> type, Method method, Lookup lookup) {
    try {
      lookup.accessClass(type);
      byte[] generated = generate(type, method, code.type(), lookup);
      Lookup adapter = lookup.defineHiddenClassWithClassData(generated, code, true);
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

  /** A function with the code, as an object of the interface. */
  <T> T of(GuestFunction function, Class<T> type) {
    try {
      return type.cast((Object) constructor.invokeExact(function));
    } catch (Throwable e) {
      throw new IllegalStateException("generated code whose constructor does not run", e);
    }
  }

  /**
   * The method of an interface that a function can be.
   *
   * @throws UsageException if it is not of the function's type
   * @throws IllegalArgumentException if the type is no interface with one abstract method
   */
  static Method method(ExportedFunction function, Class<?> type) {
    Method method = onlyMethod(type);
    requireType(function, method);
    return method;
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
    return Arrays.asList(types).equals(values.stream().map(FunctionHandle::classOf).toList());
  }

  private static byte[] generate(Class<?> type, Method method, MethodType code, Lookup lookup) {
    String name = nameIn(lookup.lookupClass().getPackageName());
    var writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(
        V17, ACC_FINAL | ACC_SUPER, name, null, OBJECT, new String[] {Type.getInternalName(type)});
    writer.visitField(ACC_PRIVATE | ACC_FINAL, "function", FUNCTION_DESCRIPTOR, null, null);
    writeConstructor(writer, name);
    writeMethod(writer, name, method, code);
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

  private static void writeMethod(ClassWriter writer, String name, Method method, MethodType code) {
    MethodVisitor out =
        writer.visitMethod(
            ACC_PUBLIC, method.getName(), Type.getMethodDescriptor(method), null, null);
    out.visitCode();
    out.visitLdcInsn(CODE);
    out.visitVarInsn(ALOAD, THIS);
    out.visitFieldInsn(GETFIELD, name, "function", FUNCTION_DESCRIPTOR);
    int slot = 1;
    for (Type type : Type.getArgumentTypes(method)) {
      out.visitVarInsn(type.getOpcode(ILOAD), slot);
      slot += type.getSize();
    }
    out.visitMethodInsn(
        INVOKEVIRTUAL, HANDLE, "invokeExact", code.toMethodDescriptorString(), false);
    out.visitInsn(Type.getReturnType(method).getOpcode(IRETURN));
    out.visitMaxs(0, 0);
    out.visitEnd();
  }
}
