package dev.wasmrun.memory;

/**
 * What instantiating a module over a view does with the module's active data segments. Every
 * instance of a module carries the same segments; a memory that several instances share must get
 * them once, or a late instance would overwrite what earlier ones have computed.
 */
public enum ActiveData {
  /** The segments are written: the first instance of a module on this memory. */
  WRITE,
  /** The memory stays as it is: every further instance of a module on this memory. */
  SKIP
}
