package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The generated class of a module's machines, with those that it refers to. */
final class MachineClass implements Function<Instance, Machine> {
  private final Constructor<? extends Machine> constructor;

  private MachineClass(Constructor<? extends Machine> constructor) {
    this.constructor = constructor;
  }

  /**
   * Loads a machine class.
   *
   * @param name of the machine's class
   * @param classes the bytes of all generated classes by name, with dots or slashes
   * @throws ChicoryException if the JVM does not accept the class
   */
  static MachineClass of(String name, Map<String, byte[]> classes) {
    try {
      Class<?> loaded = Class.forName(name, true, new Loader(classes));
      return new MachineClass(loaded.asSubclass(Machine.class).getConstructor(Instance.class));
    } catch (VerifyError | ClassFormatError e) {
      throw new ChicoryException(
          "the JVM does not accept the code that dispatches: " + VerifiedPass.firstLine(e), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated code without a machine: " + name, e);
    }
  }

  @Override
  public Machine apply(Instance instance) {
    try {
      return constructor.newInstance(instance);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("generated code whose machine cannot be made", e);
    }
  }

  /** Finds generated classes when they are first referred to: many of a large module never are. */
  private static final class Loader extends ClassLoader {
    private final Map<String, byte[]> classes = new HashMap<>();

    Loader(Map<String, byte[]> classes) {
      super(MachineClass.class.getClassLoader());
      // The compiler names some as Java does and some as class files do.
      classes.forEach((name, bytes) -> this.classes.put(name.replace('/', '.'), bytes));
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = classes.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }
}
