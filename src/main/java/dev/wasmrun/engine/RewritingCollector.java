package dev.wasmrun.engine;

import com.dylibso.chicory.compiler.internal.ClassCollector;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The classes that Chicory's compiler has generated, each gone through the {@link BytecodePass} and
 * accepted by the JVM, so that none is refused in the middle of a run.
 *
 * <p>Used by one thread, the compiling one. What the rewriters do they do for a class by itself,
 * and hand over through its future.
 */
final class RewritingCollector implements ClassCollector {
  /** Among what is stored, the numbers of the functions that are interpreted: no class. */
  private static final String INTERPRETED = "interpreted functions";

  private static final String BETWEEN = ",";

  private final Set<Rewrite> rewrites;
  private final Optional<LocatingPass> locations;
  private final Executor rewriters;
  private final Map<String, CompletableFuture<byte[]>> classes = new LinkedHashMap<>();
  private String mainClass;
  private Set<Integer> interpreted = Set.of();

  /**
   * A collector of a module's classes.
   *
   * @param locations what has them tell where they access memory, if they are to
   * @param rewriters who takes the classes through the pass
   */
  RewritingCollector(Set<Rewrite> rewrites, Optional<LocatingPass> locations, Executor rewriters) {
    this.rewrites = rewrites;
    this.locations = locations;
    this.rewriters = rewriters;
  }

  /**
   * A collector of what an earlier one has {@link #stored}.
   *
   * @param stored with the main class first
   */
  static RewritingCollector restored(Map<String, byte[]> stored) {
    var collector = new RewritingCollector(Set.of(), Optional.empty(), Runnable::run);
    collector.mainClass = stored.keySet().iterator().next();
    stored.forEach(
        (name, bytes) -> {
          if (name.equals(INTERPRETED)) {
            collector.interpret(numbers(bytes));
          } else {
            collector.classes.put(name, CompletableFuture.completedFuture(bytes)); // as rewritten
          }
        });
    return collector;
  }

  /** Everything that it takes to restore this. */
  Map<String, byte[]> stored() {
    var stored = new LinkedHashMap<>(classBytes());
    if (!interpreted.isEmpty()) {
      String numbers =
          interpreted.stream().sorted().map(String::valueOf).collect(Collectors.joining(BETWEEN));
      stored.put(INTERPRETED, numbers.getBytes(StandardCharsets.US_ASCII));
    }
    return stored;
  }

  private static Set<Integer> numbers(byte[] text) {
    return Arrays.stream(new String(text, StandardCharsets.US_ASCII).split(BETWEEN))
        .map(Integer::valueOf)
        .collect(Collectors.toSet());
  }

  /** Says which functions have become no methods. */
  void interpret(Set<Integer> functions) {
    interpreted = Set.copyOf(functions);
  }

  CompiledModules.Code code() {
    return new CompiledModules.Code(machineFactory(), interpreted);
  }

  /** What makes machines of the classes, each of which is loaded when it is first used. */
  Function<Instance, Machine> machineFactory() {
    return MachineClass.of(mainClass, classBytes());
  }

  @Override
  public String mainClassName() {
    return mainClass;
  }

  /** Takes the main class as the first; it only dispatches, and no rewrite changes it. */
  @Override
  public void putMainClass(String className, byte[] classFile) {
    mainClass = className;
    var others = new LinkedHashMap<>(classes);
    classes.clear();
    classes.put(className, CompletableFuture.completedFuture(DuplicateMethods.removed(classFile)));
    classes.putAll(others);
  }

  /** Takes a class of guest functions. */
  @Override
  public void put(String className, byte[] classFile) {
    classes.put(className, CompletableFuture.supplyAsync(() -> rewritten(classFile), rewriters));
  }

  /** Without the rewrite that moves branches, should the JVM not accept the class with it. */
  private byte[] rewritten(byte[] classFile) {
    var fewer = new TreeSet<>(rewrites);
    fewer.remove(Rewrite.POLLING);
    return VerifiedPass.apply(classFile, List.of(pass(rewrites), pass(fewer)));
  }

  private UnaryOperator<byte[]> pass(Set<Rewrite> made) {
    return classFile -> {
      byte[] rewritten = BytecodePass.rewrite(classFile, made);
      return locations.map(pass -> pass.rewrite(rewritten)).orElse(rewritten);
    };
  }

  /**
   * Takes the classes of another one, which have gone through the pass there.
   *
   * @throws org.objectweb.asm.MethodTooLargeException if one has a method that the pass has made
   *     too large
   */
  @Override
  public void putAll(ClassCollector other) {
    other
        .classBytes()
        .forEach((name, bytes) -> classes.put(name, CompletableFuture.completedFuture(bytes)));
  }

  /** The classes, all of which have gone through the pass. */
  @Override
  public Map<String, byte[]> classBytes() {
    var bytes = new LinkedHashMap<String, byte[]>();
    classes.forEach((name, rewritten) -> bytes.put(name, join(rewritten)));
    return Collections.unmodifiableMap(bytes);
  }

  /**
   * Waits until all classes have gone through the pass.
   *
   * @throws org.objectweb.asm.MethodTooLargeException as {@link #putAll}
   */
  void awaitRewritten() {
    classes.values().forEach(RewritingCollector::join);
  }

  private static byte[] join(CompletableFuture<byte[]> rewritten) {
    try {
      return rewritten.join();
    } catch (CompletionException e) {
      // As the compiler expects it: a method that has become too large is one to be interpreted.
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  @Override
  public byte[] resolve(Class<?> shaded) {
    return bytesOf(shaded);
  }

  /** The file of a class that Chicory's compiler copies. */
  static byte[] bytesOf(Class<?> shaded) {
    String file = shaded.getName().substring(shaded.getPackageName().length() + 1) + ".class";
    try (InputStream bytes = shaded.getResourceAsStream(file)) {
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
