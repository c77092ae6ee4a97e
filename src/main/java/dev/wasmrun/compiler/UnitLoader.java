package dev.wasmrun.compiler;

import dev.wasmrun.compiler.emit.GeneratedUnit;
import dev.wasmrun.compiler.emit.UnitSource;
import dev.wasmrun.compiler.runtime.CompiledMachine;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Loads generated classes, and has them generated, when code first refers to them.
 *
 * <pre>
 *   guest: first call ─ loadClass ─▶ wait ────────────────────────────▶ linked, never asked again
 *                                      │                               ▲
 *   compiling thread:                  └▶ find, or emit, verify, keep ─ define
 * </pre>
 *
 * <p>A guest may make its first call with little stack left, or while interrupted: all that is more
 * than waiting happens on a thread that has its own stack, and an interrupt stays where it is. The
 * JVM remembers for ever that a class could not be linked; so a unit that fails, whatever the
 * reason, becomes one that leaves everything to the interpreter. Different units are generated side
 * by side, and no lock is held meanwhile.
 */
final class UnitLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final long STACK_BYTES = 4 << 20;
  private final UnitSource source;
  private final UnitStore store;
  private final BiConsumer<String, GeneratedUnit> defined;

  /** Written by compiling threads only, whose stacks do not end in the middle of it. */
  private final Map<String, CompletableFuture<Map<String, Class<?>>>> units =
      new ConcurrentHashMap<>();

  private final Map<String, String> failures = new ConcurrentHashMap<>();

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
   */
  Class<?> generated(String name) throws ClassNotFoundException {
    String unit = source.unitOf(name);
    CompletableFuture<Map<String, Class<?>>> loaded = units.get(unit);
    if (loaded == null) {
      loaded = asked(unit);
    }
    Class<?> found = loaded.join().get(name);
    if (found == null) {
      throw new ClassNotFoundException(name);
    }
    return found;
  }

  /**
   * Has a thread of its own load a unit. What is shared is written by that thread: the stack of
   * this one may end at any call, and nobody must wait then for what nobody does.
   */
  private CompletableFuture<Map<String, Class<?>>> asked(String unit) {
    var answer = new CompletableFuture<Map<String, Class<?>>>();
    var thread = new Thread(null, () -> answer(unit, answer), "wasm compiler", STACK_BYTES);
    thread.setDaemon(true);
    thread.setContextClassLoader(null); // not that of whoever happens to call first
    thread.start();
    return answer;
  }

  private void answer(String unit, CompletableFuture<Map<String, Class<?>>> answer) {
    var mine = new CompletableFuture<Map<String, Class<?>>>();
    CompletableFuture<Map<String, Class<?>>> first = units.putIfAbsent(unit, mine);
    if (first == null) {
      load(unit, mine);
    }
    (first == null ? mine : first)
        .whenComplete(
            (classes, failure) -> {
              if (failure == null) {
                answer.complete(classes);
              } else {
                answer.completeExceptionally(failure);
              }
            });
  }

  private void load(String unit, CompletableFuture<Map<String, Class<?>>> loaded) {
    try {
      loaded.complete(define(unit, verified(unit)));
    } catch (Throwable e) { // whoever waits has to be told, whatever it is
      loaded.completeExceptionally(e);
    }
  }

  private GeneratedUnit verified(String unit) {
    Optional<GeneratedUnit> kept = store.find(unit);
    if (kept.isPresent()) {
      return kept.get();
    }
    try {
      GeneratedUnit generated = source.emit(unit);
      new Trial(this, generated).verify();
      store.keep(unit, generated);
      return generated;
    } catch (RuntimeException | LinkageError | OutOfMemoryError | StackOverflowError e) {
      failures.put(unit, e.toString().lines().findFirst().orElse(""));
      return source.interpreted(unit);
    }
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
