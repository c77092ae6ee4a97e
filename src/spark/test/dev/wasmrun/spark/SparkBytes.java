package dev.wasmrun.spark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;

/** How large an object is on its way to an executor. */
final class SparkBytes {
  private SparkBytes() {}

  static int of(Object sent) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.size();
  }
}
