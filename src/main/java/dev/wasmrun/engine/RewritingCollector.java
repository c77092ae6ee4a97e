package dev.wasmrun.engine;

import com.dylibso.chicory.compiler.internal.ClassLoadingCollector;

/** Loads the classes that Chicory's compiler generates, each through the {@link BytecodePass}. */
final class RewritingCollector extends ClassLoadingCollector {

  @Override
  public void put(String className, byte[] classFile) {
    super.put(className, BytecodePass.rewrite(classFile));
  }
}
