package dev.wasmrun.programs;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What BUILD.json says of the bundled modules.
 *
 * @param modules SHA-256 in lower-case hexadecimal digits, by the module's name
 */
record BuildRecord(Map<String, String> modules) {
  static BuildRecord read() throws IOException {
    Map<String, Object> record =
        JSON.std.mapFrom(new String(bundled("BUILD.json"), StandardCharsets.UTF_8));
    Map<String, String> sums = new HashMap<>();
    for (Map.Entry<?, ?> module : ((Map<?, ?>) record.get("modules")).entrySet()) {
      sums.put((String) module.getKey(), (String) ((Map<?, ?>) module.getValue()).get("sha256"));
    }
    return new BuildRecord(sums);
  }

  static byte[] bundled(String name) throws IOException {
    try (InputStream in = BuildRecord.class.getResourceAsStream("/wasm/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
