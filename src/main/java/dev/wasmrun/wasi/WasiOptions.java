package dev.wasmrun.wasi;

import dev.wasmrun.Internal;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a guest gets from its host: everything it can see of the outside. No text has NUL, which C
 * strings cannot hold, and no variable's name is empty or has '='.
 *
 * @param args the guest's argv; the first is the name it was started by
 * @param environment variables by name, in the order the guest sees them
 * @param in descriptor 0; it is read by one thread, and only when the guest asks
 * @param out descriptor 1; each write of a guest is one write of its bytes, then a flush
 * @param err descriptor 2; as {@code out}
 * @param directories descriptors 3 and on, in this order
 */
@Internal
public record WasiOptions(
    List<String> args,
    Map<String, String> environment,
    InputStream in,
    OutputStream out,
    OutputStream err,
    List<DirectoryGrant> directories) {

  /** Nothing at all: no arguments, an empty input, and outputs that nobody sees. */
  public static final WasiOptions NOTHING =
      new WasiOptions(
          List.of(),
          Map.of(),
          InputStream.nullInputStream(),
          OutputStream.nullOutputStream(),
          OutputStream.nullOutputStream(),
          List.of());

  /** Copies the collections. */
  public WasiOptions {
    args = List.copyOf(args);
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    directories = List.copyOf(directories);
  }
}
