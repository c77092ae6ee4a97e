package dev.wasmrun.convention.emscripten;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.HeldFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A part of a file that a program has mapped into its memory: a copy of it, and, if the mapping is
 * shared, what the copy was when it last agreed with the file. Written back is only what the
 * program has changed since, so that what others write elsewhere stays. Thread-safe.
 */
final class Mapping implements AutoCloseable {
  private final LinearMemory memory;
  private final int address;
  private final int length;
  private final HeldFile file;
  private final long offset;

  /** Null for a mapping that is not written back; guarded by this object's monitor. */
  private final byte[] agreed;

  private Mapping(
      LinearMemory memory, int address, int length, HeldFile file, long offset, byte[] agreed) {
    this.memory = memory;
    this.address = address;
    this.length = length;
    this.file = file;
    this.offset = offset;
    this.agreed = agreed;
  }

  /**
   * Maps a file, whose bytes are copied to the address; what lies beyond its end is zeros.
   *
   * @param file is closed with the mapping
   * @param offset where in the file the mapping begins, in bytes
   * @param writesBack whether changes go to the file
   */
  static Mapping of(
      LinearMemory memory, int address, int length, HeldFile file, long offset, boolean writesBack)
      throws IOException {
    byte[] bytes = new byte[length];
    file.read(bytes, offset);
    memory.write(address, bytes, 0, length);
    return new Mapping(memory, address, length, file, offset, writesBack ? bytes : null);
  }

  /** Writes changes to the file, but nothing beyond its end. */
  synchronized void writeBack() throws IOException {
    if (agreed == null) {
      return;
    }
    byte[] now = new byte[length];
    memory.read(address, now, 0, length);
    int end = (int) Math.max(0, Math.min(length, file.size() - offset));
    for (int from = 0; from < end; ) {
      if (now[from] == agreed[from]) {
        from++;
        continue;
      }
      int to = from;
      while (to < end && now[to] != agreed[to]) {
        to++;
      }
      file.write(ByteBuffer.wrap(now, from, to - from), offset + from);
      from = to;
    }
    System.arraycopy(now, 0, agreed, 0, length);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
