package dev.wasmrun.module;

import dev.wasmrun.Internal;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Pattern;

/** The modules that come with wasm-run. */
@Internal
public final class BundledModules {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+\\.wasm");

  private BundledModules() {}

  /** The bytes of the bundled module of this name, for example {@code happycoin.wasm}. */
  public static Optional<byte[]> bytes(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    try (InputStream in = BundledModules.class.getResourceAsStream("/wasm/" + name)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new ModuleException("cannot read the bundled module " + name, e);
    }
  }
}
