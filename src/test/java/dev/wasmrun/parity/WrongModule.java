package dev.wasmrun.parity;

import dev.wasmrun.module.GuestModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The bundled Happycoin with a mistake, such as a compiler might make: one bit of a constant. */
public final class WrongModule {
  // i64.const 0xbf58476d1ce4e5b9, the first multiplier of mix64, as the module encodes it.
  private static final byte[] CONSTANT = {
    0x42,
    (byte) 0xb9,
    (byte) 0xcb,
    (byte) 0x93,
    (byte) 0xe7,
    (byte) 0xd1,
    (byte) 0xed,
    (byte) 0x91,
    (byte) 0xac,
    (byte) 0xbf,
    0x7f
  };

  private WrongModule() {}

  /** The module of that name, or the wrong one in place of {@code happycoin.wasm}. */
  public static GuestModule inPlaceOf(GuestModule module) {
    return module.name().equals("happycoin.wasm") ? happycoin() : module;
  }

  private static GuestModule happycoin() {
    try (InputStream in = GuestModule.class.getResourceAsStream("/wasm/happycoin.wasm")) {
      byte[] bytes = in.readAllBytes();
      int flipped = 0;
      for (int i = 0; i + CONSTANT.length <= bytes.length; i++) {
        if (isConstant(bytes, i)) {
          bytes[i + 1] ^= 2;
          flipped++;
        }
      }
      if (flipped == 0) {
        throw new IllegalStateException("happycoin.wasm has no such constant");
      }
      return GuestModule.of("happycoin.wasm", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isConstant(byte[] bytes, int at) {
    for (int i = 0; i < CONSTANT.length; i++) {
      if (bytes[at + i] != CONSTANT[i]) {
        return false;
      }
    }
    return true;
  }
}
