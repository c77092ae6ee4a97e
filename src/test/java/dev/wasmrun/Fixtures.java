package dev.wasmrun;

import dev.wasmrun.module.GuestModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The modules built from {@code wasm-src/fixtures} for tests. */
public final class Fixtures {
  private Fixtures() {}

  /** The bytes of the fixture of this name, for example {@code traps}. */
  public static byte[] bytes(String name) {
    try (InputStream in = Fixtures.class.getResourceAsStream("/fixtures/" + name + ".wasm")) {
      if (in == null) {
        throw new IllegalArgumentException("there is no fixture " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fixture of this name as a module, called {@code NAME.wasm}. */
  public static GuestModule module(String name) {
    return GuestModule.of(name + ".wasm", bytes(name));
  }
}
