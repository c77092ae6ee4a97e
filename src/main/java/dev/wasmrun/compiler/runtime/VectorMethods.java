package dev.wasmrun.compiler.runtime;

import dev.wasmrun.compiler.code.VectorOp;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The methods of vector instructions, for code that is not generated. */
public final class VectorMethods {
  private static final Map<VectorOp, VectorMethods> KNOWN = new ConcurrentHashMap<>();

  private final MethodHandle method;

  private VectorMethods(VectorOp op) {
    Method found = find(op);
    try {
      MethodHandle exact = MethodHandles.lookup().unreflect(found);
      int count = found.getParameterCount();
      this.method =
          MethodHandles.explicitCastArguments(
                  exact,
                  MethodType.methodType(
                      long.class, Collections.nCopies(count, (Class<?>) long.class)))
              .asSpreader(long[].class, count);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("no access to " + found, e);
    }
  }

  /** The method of an instruction. */
  public static VectorMethods of(VectorOp op) {
    return KNOWN.computeIfAbsent(op, VectorMethods::new);
  }

  /** The method of an instruction, as generated code calls it. */
  public static Method find(VectorOp op) {
    return Arrays.stream(owner(op.owner()).getDeclaredMethods())
        .filter(method -> method.getName().equals(op.method()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no method of " + op));
  }

  private static Class<?> owner(String name) {
    return switch (name) {
      case "I8x16" -> I8x16.class;
      case "I16x8" -> I16x8.class;
      case "I32x4" -> I32x4.class;
      case "I64x2" -> I64x2.class;
      case "F32x4" -> F32x4.class;
      case "F64x2" -> F64x2.class;
      case "V128" -> V128.class;
      default -> throw new IllegalArgumentException("no lanes: " + name);
    };
  }

  /**
   * Calls the method.
   *
   * @param args integers as they are, floats as their bits
   * @return likewise
   */
  public long call(long... args) {
    try {
      return (long) method.invokeExact(args);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a method of a vector instruction has failed", e);
    }
  }
}
