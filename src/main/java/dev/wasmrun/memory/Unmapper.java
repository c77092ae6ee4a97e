package dev.wasmrun.memory;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.stream.Stream;

/** A way to give the address range of a mapping back before the garbage collector does. */
final class Unmapper {
  /** Of the Unsafe of this Java; null if there is none, and the garbage collector has to do. */
  private static final Object UNSAFE;

  private static final Method METHOD;

  static {
    Object unsafe = null;
    Method method = null;
    try {
      AccessForm form =
          Stream.of(AccessForm.values()).filter(AccessForm::isThere).findFirst().orElseThrow();
      if (form != AccessForm.BUFFER) {
        method = form.unsafeClass().getMethod("invokeCleaner", ByteBuffer.class);
        unsafe = form.unsafe();
      }
    } catch (ReflectiveOperationException e) {
      method = null;
    }
    UNSAFE = unsafe;
    METHOD = method;
  }

  private Unmapper() {}

  /** Whether there is such a way on this Java. */
  static boolean isThere() {
    return METHOD != null;
  }

  /**
   * Gives the range back, if there is a way. An access to it from now on ends the JVM.
   *
   * @param mapping the very buffer that mapping has returned
   */
  static void unmap(ByteBuffer mapping) {
    if (METHOD == null) {
      return;
    }
    try {
      METHOD.invoke(UNSAFE, mapping);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot unmap a memory: " + e, e);
    }
  }
}
