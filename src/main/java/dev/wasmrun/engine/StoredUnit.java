package dev.wasmrun.engine;

import dev.wasmrun.compiler.emit.GeneratedUnit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Generated classes as bytes of a {@link CodeCache}.
 *
 * <pre>
 *   name of the unit | number of classes | for each: name, bytes, lines
 * </pre>
 *
 * <p>Names are as {@link DataOutputStream#writeUTF} has them; bytes and lines follow their number.
 */
final class StoredUnit {
  private StoredUnit() {}

  static byte[] encode(String unit, GeneratedUnit generated) {
    try {
      var bytes = new ByteArrayOutputStream();
      var out = new DataOutputStream(bytes);
      out.writeUTF(unit);
      out.writeInt(generated.classes().size());
      for (Map.Entry<String, byte[]> entry : generated.classes().entrySet()) {
        out.writeUTF(entry.getKey());
        out.writeInt(entry.getValue().length);
        out.write(entry.getValue());
        int[] lines = generated.lines().getOrDefault(entry.getKey(), new int[0]);
        out.writeInt(lines.length);
        for (int line : lines) {
          out.writeInt(line);
        }
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name of the unit that is stored. */
  static String name(byte[] stored) throws IOException {
    return in(stored).readUTF();
  }

  /** The classes that are stored; empty if these bytes are none. */
  static Optional<GeneratedUnit> decode(byte[] stored) {
    try {
      DataInputStream in = in(stored);
      in.readUTF();
      var classes = new LinkedHashMap<String, byte[]>();
      var lines = new LinkedHashMap<String, int[]>();
      for (int left = count(in, 1); left > 0; left--) {
        String name = in.readUTF();
        classes.put(name, in.readNBytes(count(in, 1)));
        int[] numbers = new int[count(in, Integer.BYTES)];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = in.readInt();
        }
        lines.put(name, numbers);
      }
      return Optional.of(new GeneratedUnit(classes, lines));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A number of things of some bytes each, which must be there. */
  private static int count(DataInputStream in, int bytes) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > in.available() / bytes) {
      throw new IOException("a number that is none");
    }
    return count;
  }

  private static DataInputStream in(byte[] stored) {
    return new DataInputStream(new ByteArrayInputStream(stored));
  }
}
