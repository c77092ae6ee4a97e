package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.TrapException;

/** Traps that are instructions of their own. */
public final class Traps {
  private Traps() {}

  /** What unreachable throws. */
  public static RuntimeException unreachable() {
    return new TrapException("Trapped on unreachable instruction");
  }
}
