package dev.wasmrun.convention.emscripten;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Descriptors.Entry;
import java.nio.charset.StandardCharsets;

/**
 * C's {@code struct dirent}, always of full size.
 *
 * <pre>
 *   0 ino: i64   8 off: i64   16 reclen: i16   18 type: i8   19 name, ending with NUL       280 bytes
 * </pre>
 */
final class EntryLayout {
  static final int SIZE = 280;

  private static final int NEXT = 8;
  private static final int RECORD_LENGTH = 16;
  private static final int TYPE = 18;
  private static final int NAME = 19;
  private static final int LONGEST_NAME = 255;

  private EntryLayout() {}

  /**
   * Writes an entry.
   *
   * @param next the position in the directory after it
   */
  static void write(LinearMemory memory, int at, Entry entry, long next) {
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    memory.fill(at, (byte) 0, SIZE);
    memory.setLong(at, entry.status().inode());
    memory.setLong(at + NEXT, next);
    memory.setShort(at + RECORD_LENGTH, (short) SIZE);
    memory.setByte(at + TYPE, type(entry));
    memory.write(at + NAME, name, 0, Math.min(name.length, LONGEST_NAME));
  }

  private static byte type(Entry entry) {
    return switch (entry.status().type()) {
      case PIPE -> 1;
      case CHARACTER_DEVICE -> 2;
      case DIRECTORY -> 4;
      case REGULAR_FILE -> 8;
      case SYMBOLIC_LINK -> 10;
      case UNKNOWN -> 0;
    };
  }
}
