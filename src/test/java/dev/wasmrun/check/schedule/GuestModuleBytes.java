package dev.wasmrun.check.schedule;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Bundled modules that have not been compiled yet, since their bytes are others. */
final class GuestModuleBytes {
  private GuestModuleBytes() {}

  /**
   * A bundled module with an empty custom section at its end.
   *
   * @param section its name, of less than 100 letters
   */
  static byte[] withCustomSection(String module, String section) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (InputStream in = GuestModuleBytes.class.getResourceAsStream("/wasm/" + module)) {
      in.transferTo(bytes);
    }
    byte[] name = section.getBytes(StandardCharsets.US_ASCII);
    bytes.write(0);
    bytes.write(1 + name.length);
    bytes.write(name.length);
    bytes.writeBytes(name);
    return bytes.toByteArray();
  }
}
