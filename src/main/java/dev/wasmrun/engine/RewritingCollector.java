package dev.wasmrun.engine;

import com.dylibso.chicory.compiler.internal.ClassLoadingCollector;
import java.util.Map;
import java.util.Set;

/** Loads the classes that Chicory's compiler generates, each through the {@link BytecodePass}. */
final class RewritingCollector extends ClassLoadingCollector {
  private final Set<Rewrite> rewrites;

  RewritingCollector(Set<Rewrite> rewrites) {
    this.rewrites = rewrites;
  }

  /**
   * A collector with the {@link #classBytes} of an earlier one, whose main class comes first.
   *
   * @param classes already rewritten
   */
  static RewritingCollector restored(Map<String, byte[]> classes) {
    var collector = new RewritingCollector(Set.of());
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
    super.put(className, BytecodePass.rewrite(classFile, rewrites));
  }
}
