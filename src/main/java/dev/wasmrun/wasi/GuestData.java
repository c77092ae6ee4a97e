package dev.wasmrun.wasi;

import dev.wasmrun.memory.LinearMemory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The forms in which WASI passes texts and times through linear memory. */
final class GuestData {
  /** As long as a path may be on Linux. */
  private static final int LONGEST_PATH = 4096;

  private GuestData() {}

  /** {@link Errno#FAULT} unless {@code length} bytes (unsigned) at an address exist. */
  static void require(LinearMemory memory, int address, int length) {
    long end = Integer.toUnsignedLong(address) + Integer.toUnsignedLong(length);
    if (end > memory.byteSize()) {
      throw new ErrnoException(Errno.FAULT);
    }
  }

  /** The path in {@code length} bytes at an address. */
  static String path(LinearMemory memory, long address, long length) {
    int bytes = (int) length;
    require(memory, (int) address, bytes);
    if (bytes < 0 || bytes > LONGEST_PATH) {
      throw new ErrnoException(Errno.NAMETOOLONG);
    }
    var encoded = new byte[bytes];
    memory.read((int) address, encoded, 0, bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(encoded)).toString();
    } catch (CharacterCodingException e) {
      throw new ErrnoException(Errno.ILSEQ);
    }
  }

  /** Writes C strings one after the other, and an array of pointers to them. */
  static void strings(LinearMemory memory, List<byte[]> strings, int pointers, int buffer) {
    require(memory, pointers, strings.size() * WasiLayout.POINTER_SIZE);
    require(memory, buffer, size(strings));
    int pointer = pointers;
    int at = buffer;
    for (byte[] string : strings) {
      memory.setInt(pointer, at);
      memory.write(at, string, 0, string.length);
      pointer += WasiLayout.POINTER_SIZE;
      at += string.length;
    }
  }

  static void sizes(LinearMemory memory, List<byte[]> strings, int countAt, int sizeAt) {
    require(memory, countAt, Integer.BYTES);
    memory.setInt(sizeAt, size(strings));
    memory.setInt(countAt, strings.size());
  }

  /** The UTF-8 form with the NUL that ends it. */
  static byte[] cString(String text) {
    return (text + "\0").getBytes(StandardCharsets.UTF_8);
  }

  private static int size(List<byte[]> strings) {
    return strings.stream().mapToInt(string -> string.length).sum();
  }
}
