package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;

/** The C library's {@code errno}, which imports that are functions of POSIX set themselves. */
final class ErrnoLocation {
  private static final String LOCATION = "__errno_location";

  private ErrnoLocation() {}

  /** Sets it for the calling thread, if the module exports where it is. */
  static void set(Guest guest, int code) {
    if (guest.exportsFunction(LOCATION)) {
      guest.memory().setInt((int) guest.call(LOCATION)[0], code);
    }
  }
}
