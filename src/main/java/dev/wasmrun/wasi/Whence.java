package dev.wasmrun.wasi;

/** What a seek counts from. */
enum Whence {
  SET,
  CURRENT,
  END
}
