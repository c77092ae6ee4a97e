package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFault;
import java.util.Arrays;

/**
 * Calls of exports whose names and arities have changed between releases of Emscripten: the first
 * of several names that is exported, with as many arguments as it takes.
 */
final class ExportCalls {
  private ExportCalls() {}

  /** Calls the first export of these names; does nothing if there is none. */
  static void ifExported(Guest guest, Names names, long... args) {
    String name = names.in(guest);
    if (name != null) {
      call(guest, name, args);
    }
  }

  /**
   * Calls the first export of these names.
   *
   * @throws HostFault if there is none
   */
  static long[] required(Guest guest, Names names, long... args) {
    String name = names.in(guest);
    if (name == null) {
      throw new HostFault(
          "cannot run %s: it does not export %s, which a host needs for this"
              .formatted(guest.module().name(), names));
    }
    return call(guest, name, args);
  }

  private static long[] call(Guest guest, String name, long... args) {
    int parameters = guest.module().exportedFunctions().get(name).params().size();
    return guest.call(name, Arrays.copyOf(args, parameters));
  }
}
