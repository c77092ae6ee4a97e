package dev.wasmrun.memory;

/** What an atomic read-modify-write does to the value that it finds. */
public enum UpdateKind {
  /** Adds to it, subtracts from it, or changes some of its bits. */
  ARITHMETIC,
  /** Replaces it, whatever it is. */
  EXCHANGE,
  /** Replaces it because it is what was expected. */
  COMPARE_EXCHANGE
}
