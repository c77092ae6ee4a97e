package dev.wasmrun.compiler.emit;

import com.dylibso.chicory.wasm.WasmModule;

/**
 * Names of methods, so that profilers and debuggers show the guest's functions by name.
 *
 * <p>A name ends with the function's index, which makes it unique.
 */
public final class MethodNames {
  private static final int LONGEST = 120;

  private MethodNames() {}

  /** The name of the method that calls a function of the module's own. */
  public static String of(WasmModule module, int function) {
    String name =
        module.nameSection() == null ? null : module.nameSection().nameOfFunction(function);
    return (name == null ? "function" : escaped(name)) + "_" + function;
  }

  /** With what the JVM, or a terminal, would take amiss replaced. */
  private static String escaped(String name) {
    var text = new StringBuilder();
    name.codePoints().limit(LONGEST).forEach(c -> text.appendCodePoint(isPlain(c) ? c : '_'));
    return text.toString();
  }

  private static boolean isPlain(int c) {
    return c == '_' || c == '$' || c == ':' || Character.isLetterOrDigit(c);
  }
}
