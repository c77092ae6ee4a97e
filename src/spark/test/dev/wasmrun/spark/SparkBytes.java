package dev.wasmrun.spark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.Arrays;

/** Bytes on their way to executors. */
final class SparkBytes {
  private SparkBytes() {}

  /** How many an object is. */
  static int of(Object sent) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.size();
  }

  /** The module with so many bytes more that mean nothing. */
  static byte[] enlarged(byte[] module, int size) {
    byte[] all = Arrays.copyOf(module, module.length + 6 + size);
    int at = module.length;
    all[at++] = 0; // custom
    int rest = size;
    for (int i = 0; i < 5; i++) {
      all[at++] = (byte) (rest & 0x7F | (i < 4 ? 0x80 : 0));
      rest >>>= 7;
    }
    all[at] = 0; // its name is empty
    return all;
  }
}
