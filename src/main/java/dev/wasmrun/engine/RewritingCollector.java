package dev.wasmrun.engine;

import com.dylibso.chicory.compiler.internal.ClassLoadingCollector;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Loads the classes that Chicory's compiler generates, each through the {@link BytecodePass}. */
final class RewritingCollector extends ClassLoadingCollector {
  /** Among what is stored, the numbers of the functions that are interpreted: no class. */
  private static final String INTERPRETED = "interpreted functions";

  private static final String BETWEEN = ",";

  private final Set<Rewrite> rewrites;
  private final Optional<LocatingPass> locations;
  private Set<Integer> interpreted = Set.of();

  /**
   * A collector of a module's classes.
   *
   * @param locations what has them tell where they access memory, if they are to
   */
  RewritingCollector(Set<Rewrite> rewrites, Optional<LocatingPass> locations) {
    this.rewrites = rewrites;
    this.locations = locations;
  }

  /**
   * A collector of what an earlier one has {@link #stored}.
   *
   * @param stored with the main class first
   */
  static RewritingCollector restored(Map<String, byte[]> stored) {
    var collector =
        new RewritingCollector(Set.of(), Optional.empty()); // They have been rewritten already.
    var classes = new LinkedHashMap<>(stored);
    byte[] interpreted = classes.remove(INTERPRETED);
    if (interpreted != null) {
      collector.interpret(
          Arrays.stream(new String(interpreted, StandardCharsets.US_ASCII).split(BETWEEN))
              .map(Integer::valueOf)
              .collect(Collectors.toSet()));
    }
    String main = classes.keySet().iterator().next();
    byte[] mainClass = classes.remove(main);
    classes.forEach(collector::put);
    collector.putMainClass(main, mainClass);
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

  /** Says which functions have become no methods. */
  void interpret(Set<Integer> functions) {
    interpreted = Set.copyOf(functions);
  }

  CompiledModules.Code code() {
    return new CompiledModules.Code(machineFactory(), interpreted);
  }

  /** Takes a class of guest functions; the main class, which only dispatches, is left as it is. */
  @Override
  public void put(String className, byte[] classFile) {
    byte[] rewritten = BytecodePass.rewrite(classFile, rewrites);
    super.put(className, locations.map(pass -> pass.rewrite(rewritten)).orElse(rewritten));
  }
}
