package dev.wasmrun.engine;

import com.dylibso.chicory.compiler.internal.ClassLoadingCollector;
import java.util.Set;

/** Loads the classes that Chicory's compiler generates, each through the {@link BytecodePass}. */
final class RewritingCollector extends ClassLoadingCollector {
  private final Set<Rewrite> rewrites;

  RewritingCollector(Set<Rewrite> rewrites) {
    this.rewrites = rewrites;
  }

  /** Takes a class of guest functions; the main class, which only dispatches, is left as it is. */
  @Override
  public void put(String className, byte[] classFile) {
    super.put(className, BytecodePass.rewrite(classFile, rewrites));
  }
}
