package dev.wasmrun.module;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Where Emscripten's JavaScript puts the stack of a module that imports its stack pointer. Nothing
 * in the module tells: its linker leaves the place to the JavaScript, which has it as a number.
 */
final class ScriptedStack {
  /** The only global that is made with a value and can change. */
  private static final Pattern POINTER =
      Pattern.compile(
          "new WebAssembly\\.Global\\(\\{\\s*[\"']?value[\"']?\\s*:\\s*[\"']i32[\"']\\s*,"
              + "\\s*[\"']?mutable[\"']?\\s*:\\s*(?:true|!0)\\s*\\}\\s*,\\s*(\\d+(?:e\\d)?)\\s*\\)");

  private ScriptedStack() {}

  /**
   * The high end of the stack.
   *
   * @param script the JavaScript that belongs to the module, if there is some
   * @return empty if nothing tells
   */
  static OptionalInt top(Optional<Path> script) {
    return script.map(ScriptsBeside::text).map(ScriptedStack::parse).orElse(OptionalInt.empty());
  }

  private static OptionalInt parse(String script) {
    return POINTER
        .matcher(script)
        .results()
        .mapToInt(found -> (int) Double.parseDouble(found.group(1)))
        .findFirst();
  }
}
