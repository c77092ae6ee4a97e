package dev.wasmrun.engine;

import com.dylibso.chicory.compiler.internal.ClassLoadingCollector;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Loads the classes that Chicory's compiler generates, each through the {@link BytecodePass}. */
final class RewritingCollector extends ClassLoadingCollector {
  private final Set<Rewrite> rewrites;
  private final Optional<LocatingPass> locations;

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
   * A collector with the {@link #classBytes} of an earlier one, whose main class comes first.
   *
   * @param classes already rewritten
   */
  static RewritingCollector restored(Map<String, byte[]> classes) {
    var collector = new RewritingCollector(Set.of(), Optional.empty());
    String main = classes.keySet().iterator().next();
    classes.forEach(
        (name, classFile) -> {
          if (!name.equals(main)) {
            collector.put(name, classFile);
          }
        });
    collector.putMainClass(main, classes.get(main));
    return collector;
  }

  /** Takes a class of guest functions; the main class, which only dispatches, is left as it is. */
  @Override
  public void put(String className, byte[] classFile) {
    byte[] rewritten = BytecodePass.rewrite(classFile, rewrites);
    super.put(className, locations.map(pass -> pass.rewrite(rewritten)).orElse(rewritten));
  }
}
