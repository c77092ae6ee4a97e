package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.Internal;

/** The form of a module that the runtime executes: the inner side of a {@link GuestModule}. */
@Internal
public final class Executable {
  private Executable() {}

  /**
   * A module as the runtime takes it. It has no start section, see {@link
   * GuestModule#startFunction}, and may have a function and a global more, see {@link SlicedWaits}.
   */
  public static WasmModule of(GuestModule module) {
    return module.wasm();
  }

  /** A module as the runtime takes it to interpret it, see {@link CarriedAccesses}. */
  public static WasmModule interpreted(GuestModule module) {
    return CarriedAccesses.of(module);
  }
}
