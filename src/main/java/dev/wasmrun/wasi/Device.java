package dev.wasmrun.wasi;

import dev.wasmrun.Internal;

/** A device that a guest may open though it was granted none: it reaches nothing of the host. */
@Internal
public enum Device {
  /** Takes everything and has nothing. */
  NULL,

  /** Takes everything and has zeros. */
  ZERO,

  /** Takes everything and has random bytes. */
  RANDOM,

  /** Has no room and zeros. */
  FULL
}
