package dev.wasmrun.compiler;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import dev.wasmrun.compiler.code.CompilerThread;
import dev.wasmrun.compiler.emit.GeneratedUnit;
import dev.wasmrun.compiler.emit.UnitSource;
import dev.wasmrun.compiler.runtime.CompiledMachine;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.MethodTooLargeException;

/**
 * Loads generated classes, and has them generated, when code first refers to them.
 *
 * <pre>
 *   guest: first call ─ loadClass ─▶ wait ────────────────────────────▶ linked, never asked again
 *                                      │                               ▲
 *   compiling thread:                  └▶ find, or emit, verify, keep ─ define
 * </pre>
 *
 * <p>A guest may make its first call with little stack left: all that is more than waiting happens
 * on a thread that has its own stack. An interrupt stays where it is, and ends a long wait; a unit
 * that nobody waits for is given up, and begun anew when somebody wants it. The JVM remembers for
 * ever that a class could not be linked; so a unit that fails, whatever the reason, becomes one
 * that leaves everything to the interpreter. Different units are generated side by side, and no
 * lock is held meanwhile.
 */
final class UnitLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  /** How long, in nanoseconds, an interrupted thread waits: most units take less. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

  private final UnitSource source;
  private final UnitStore store;
  private final BiConsumer<String, GeneratedUnit> defined;

  /** Written by compiling threads only, whose stacks do not end in the middle of it. */
  private final Map<String, Unit> units = new ConcurrentHashMap<>();

  private final Map<String, String> failures = new ConcurrentHashMap<>();

  /** A unit's classes, there or to come, and the thread that makes them. */
  private record Unit(CompilerThread thread, CompletableFuture<Map<String, Class<?>>> classes) {}

  /**
   * A loader of one module's classes.
   *
   * @param defined told of each unit before any of its code runs
   */
  UnitLoader(UnitSource source, UnitStore store, BiConsumer<String, GeneratedUnit> defined) {
    super("wasm", UnitLoader.class.getClassLoader());
    this.source = source;
    this.store = store;
    this.defined = defined;
    showRuntime(this);
  }

  /** Lets generated code see what it calls, where this library is a module that keeps it. */
  private static void showRuntime(ClassLoader loader) {
    UnitLoader.class
        .getModule()
        .addExports(CompiledMachine.class.getPackageName(), loader.getUnnamedModule());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    String file = name.replace('.', '/');
    return file.startsWith(source.prefix()) ? generated(file) : super.loadClass(name, resolve);
  }

  /**
   * A generated class.
   *
   * @param name as class files have it
   * @throws ClassNotFoundException if no unit has it
   * @throws ChicoryInterruptedException if the thread is interrupted and has waited for a while;
   *     the JVM does not remember that, for it is no linkage error
   */
  Class<?> generated(String name) throws ClassNotFoundException {
    String unit = source.unitOf(name);
    Optional<Map<String, Class<?>>> classes;
    do {
      Unit known = units.get(unit);
      classes = await(known == null ? asked(unit) : known);
    } while (classes.isEmpty());
    Class<?> found = classes.get().get(name);
    if (found == null) {
      throw new ClassNotFoundException(name);
    }
    return found;
  }

  /** Waits for a unit's classes; empty if its thread had given up before this one came. */
  private static Optional<Map<String, Class<?>>> await(Unit unit) {
    boolean interrupted = false;
    long since = System.nanoTime();
    try {
      while (!unit.classes().isDone()) {
        if (interrupted && System.nanoTime() - since > PATIENCE) {
          throw new ChicoryInterruptedException("Thread interrupted");
        }
        if (Thread.currentThread() instanceof CompilerThread) {
          CompilerThread.check(); // those who wait for this one may have left
        }
        unit.thread().want();
        try {
          unit.classes().get(CompilerThread.INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException | TimeoutException e) {
          // It is told below, or waited for again.
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return result(unit);
  }

  private static Optional<Map<String, Class<?>>> result(Unit unit) {
    try {
      return Optional.of(unit.classes().join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof CompilerThread.Unwanted) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Has a thread of its own load a unit. What is shared is written by that thread: the stack of
   * this one may end at any call, and nobody must wait then for what nobody does.
   */
  private Unit asked(String name) {
    var answer = new CompletableFuture<Unit>();
    new CompilerThread(() -> answer(name, answer)).start();
    return answer.join();
  }

  private void answer(String name, CompletableFuture<Unit> answer) {
    try {
      var mine = new Unit((CompilerThread) Thread.currentThread(), new CompletableFuture<>());
      Unit first = units.putIfAbsent(name, mine);
      answer.complete(first == null ? mine : first);
      if (first == null) {
        load(name, mine);
      }
    } catch (OutOfMemoryError e) {
      answer.completeExceptionally(e); // unless it has been answered
    }
  }

  private void load(String name, Unit unit) {
    try {
      unit.classes().complete(define(name, verified(name)));
    } catch (CompilerThread.Unwanted e) {
      units.remove(name, unit); // who wants it later begins anew
      unit.classes().completeExceptionally(e);
    } catch (Throwable e) { // whoever waits has to be told, whatever it is
      unit.classes().completeExceptionally(e);
    }
  }

  private GeneratedUnit verified(String unit) {
    boolean usable = source.prepare(unit);
    Optional<GeneratedUnit> kept = usable ? store.find(unit) : Optional.empty();
    if (kept.isPresent()) {
      return kept.get();
    }
    try {
      GeneratedUnit generated = source.emit(unit);
      new Trial(this, generated).verify();
      store.keep(unit, generated);
      return generated;
    } catch (CompilerThread.Unwanted e) {
      throw e;
    } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
      failures.put(unit, why(e));
      return source.interpreted(unit);
    }
  }

  /** In words where it is not for the virtual machine to say. */
  static String why(Throwable failure) {
    boolean tooLarge =
        failure instanceof VirtualMachineError
            || failure instanceof MethodTooLargeException
            || failure instanceof ClassTooLargeException;
    return tooLarge ? "it is too large" : failure.toString().lines().findFirst().orElse("");
  }

  private Map<String, Class<?>> define(String unit, GeneratedUnit generated) {
    defined.accept(unit, generated);
    var classes = new ConcurrentHashMap<String, Class<?>>();
    generated
        .classes()
        .forEach(
            (name, bytes) ->
                classes.put(name, defineClass(name.replace('/', '.'), bytes, 0, bytes.length)));
    return classes;
  }

  /** Why some code is interpreted, if any is: what has failed first, as far as that is known. */
  Optional<String> failure() {
    return failures.values().stream().findFirst();
  }

  /**
   * Whether the JVM accepts classes, found out without having them in the loader that they are for.
   */
  private static final class Trial extends ClassLoader {
    private final Map<String, byte[]> classes;

    Trial(UnitLoader loader, GeneratedUnit generated) {
      super(loader);
      this.classes = generated.classes();
      showRuntime(this);
    }

    void verify() {
      for (String name : classes.keySet()) {
        try {
          Class.forName(name.replace('/', '.'), true, this);
        } catch (ClassNotFoundException e) {
          throw new IllegalStateException("generated code without " + name, e);
        }
      }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      byte[] bytes = classes.get(name.replace('.', '/'));
      if (bytes == null) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known != null ? known : defineClass(name, bytes, 0, bytes.length);
      }
    }
  }
}
