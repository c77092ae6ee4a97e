package dev.wasmrun.engine;

import com.dylibso.chicory.compiler.internal.ClassCollector;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A collector that keeps nothing and ends the compilation when all functions have become methods:
 * what dispatches among them would not fit if most of them were left out.
 *
 * <p>Used by one thread, the compiling one.
 */
final class FunctionTrial implements ClassCollector {
  private static final String FUNCTIONS = "FuncGroup_";

  private final Consumer<byte[]> classes;

  /**
   * A collector.
   *
   * @param classes given each class of functions, in the functions' order
   */
  FunctionTrial(Consumer<byte[]> classes) {
    this.classes = classes;
  }

  /** Thrown when all functions have become methods. */
  static final class EndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EndedException() {
      super("all functions have been compiled", null, false, false);
    }
  }

  @Override
  public void put(String className, byte[] classFile) {
    if (className.contains(FUNCTIONS)) {
      classes.accept(classFile);
    }
  }

  @Override
  public void putAll(ClassCollector functions) {
    throw new EndedException();
  }

  @Override
  public byte[] resolve(Class<?> shaded) {
    return RewritingCollector.bytesOf(shaded);
  }

  @Override
  public String mainClassName() {
    throw new UnsupportedOperationException("a trial has no main class");
  }

  @Override
  public void putMainClass(String className, byte[] classFile) {
    throw new UnsupportedOperationException("a trial ends before the main class");
  }

  @Override
  public Map<String, byte[]> classBytes() {
    throw new UnsupportedOperationException("a trial keeps no classes");
  }
}
