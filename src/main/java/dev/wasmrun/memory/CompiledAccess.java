package dev.wasmrun.memory;

import dev.wasmrun.Internal;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.nio.ByteBuffer;

/**
 * The plain loads and stores of compiled code: by the address in the process where there is a way
 * to it, else, and for an access that is outside or seems so, as {@link PlainAccess} makes them.
 *
 * <p>They are methods of a class that {@link AccessGenerator} makes for this Java.
 */
@Internal
public final class CompiledAccess {
  private static final String NOTICE =
      "guests access memory through a buffer; with the option --add-exports java.base/jdk.internal.misc=%s they are faster";

  private static final CompiledAccess INSTANCE = make();

  private final AccessForm form;
  private final AccessGenerator generator;
  private final Constructor<?> constructor;

  /** Accesses of a form that is there. */
  CompiledAccess(AccessForm form) throws ReflectiveOperationException {
    this.form = form;
    this.generator = new AccessGenerator(form);
    define(generator.className(), generator.accesses());
    this.constructor =
        define(generator.classNameOfMemory(), generator.accessesOfMemory())
            .getDeclaredConstructor(PlainAccess.class, long.class);
  }

  private static Class<?> define(String name, byte[] bytes) throws IllegalAccessException {
    try {
      return Class.forName(name.replace('/', '.'));
    } catch (ClassNotFoundException e) {
      return MethodHandles.lookup().defineClass(bytes);
    }
  }

  private static CompiledAccess make() {
    AccessForm form = AccessForm.first();
    boolean asked = form == AccessForm.BUFFER;
    while (true) {
      try {
        if (form.isThere()) {
          var access = new CompiledAccess(form);
          if (form == AccessForm.BUFFER && !asked && AccessForm.suitsProcessor()) {
            System.getLogger(CompiledAccess.class.getName()).log(Level.INFO, notice());
          }
          return access;
        }
      } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
        if (form == AccessForm.BUFFER) {
          throw new IllegalStateException("no access to memory for compiled code", e);
        }
        // What is not there on this Java after all, another form does as well, only slower.
      }
      form = form.next();
    }
  }

  private static String notice() {
    Module own = CompiledAccess.class.getModule();
    return NOTICE.formatted(own.isNamed() ? own.getName() : "ALL-UNNAMED");
  }

  /**
   * The class that has the methods, as class files have it; its name tells which form of access it
   * is, too. A method takes an instruction's operands, the memory's {@link MemoryView#compiled},
   * and the instruction's offset. Addresses are unsigned.
   */
  public static String className() {
    return INSTANCE.generator.className();
  }

  /**
   * Whether there are accesses at an address in the process, by methods that take an instruction's
   * operands, of which the guest's address is left alone, and that address; with {@code end}, where
   * a memory ends, and {@code place}, the address in the process of a guest's address.
   */
  public static boolean isDirect() {
    return INSTANCE.form != AccessForm.BUFFER;
  }

  /**
   * What compiled code accesses a memory by.
   *
   * @param direct whether it may pass by the methods that subclasses override
   */
  static CompiledBounds of(PlainAccess memory, ByteBuffer buffer, boolean direct) {
    return INSTANCE.accesses(memory, buffer, direct);
  }

  /**
   * Up to which address compiled code can reach every byte from the first one on, since the chunks
   * follow each other in the process that far.
   */
  static long reach(ByteBuffer[] chunks) {
    long reach = chunks[0].capacity();
    if (chunks.length > 1) {
      long[] addresses = addresses(chunks);
      for (int i = 1; i < chunks.length && addresses[i] == addresses[0] + reach; i++) {
        reach += chunks[i].capacity();
      }
    }
    return reach;
  }

  /** Where chunks begin in the process; 0 if there is no way to say. */
  static long[] addresses(ByteBuffer[] chunks) {
    try {
      long[] addresses = new long[chunks.length];
      for (int i = 0; i < chunks.length; i++) {
        addresses[i] = INSTANCE.form.address(chunks[i]);
      }
      return addresses;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no access to memory for compiled code", e);
    }
  }

  /** The size of the process's pages; 0 if there is no way to say. */
  static int pageSize() {
    try {
      return INSTANCE.form.pageSize();
    } catch (ReflectiveOperationException e) {
      return 0;
    }
  }

  /** As {@link #of} says. */
  CompiledBounds accesses(PlainAccess memory, ByteBuffer buffer, boolean direct) {
    try {
      long base = direct ? form.address(buffer) : 0;
      return (CompiledBounds) constructor.newInstance(memory, base);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no access to memory for compiled code", e);
    }
  }
}
