package dev.wasmrun.convention.worker;

import dev.wasmrun.memory.LinearMemory;
import java.nio.charset.StandardCharsets;

/**
 * Strings as AssemblyScript keeps them in linear memory.
 *
 * <pre>
 *   pointer - 4        pointer
 *   ├── size: u32 ─────┼── size bytes of UTF-16LE ──┤
 * </pre>
 */
final class AssemblyScriptStrings {
  private static final int SIZE_BEFORE_POINTER = 4;
  private static final int LONGEST_SHOWN = 4096;

  private AssemblyScriptStrings() {}

  /** The string at a pointer, cut at 4096 bytes; {@code null} for the null pointer. */
  static String read(LinearMemory memory, int pointer) {
    if (pointer == 0) {
      return "null";
    }
    int size = memory.getInt(pointer - SIZE_BEFORE_POINTER);
    var bytes = new byte[Math.max(0, Math.min(size, LONGEST_SHOWN))];
    memory.read(pointer, bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.UTF_16LE);
  }
}
