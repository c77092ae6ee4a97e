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

  static GeneratedUnit decode(byte[] stored) {
    try {
      DataInputStream in = in(stored);
      in.readUTF();
      var classes = new LinkedHashMap<String, byte[]>();
      var lines = new LinkedHashMap<String, int[]>();
      for (int left = in.readInt(); left > 0; left--) {
        String name = in.readUTF();
        classes.put(name, in.readNBytes(in.readInt()));
        int[] numbers = new int[in.readInt()];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = in.readInt();
        }
        lines.put(name, numbers);
      }
      return new GeneratedUnit(classes, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DataInputStream in(byte[] stored) {
    return new DataInputStream(new ByteArrayInputStream(stored));
  }
}
