package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;

/**
 * A function that the host has for Emscripten's programs, whatever type a release declares it with.
 *
 * @param parameters how many parameters it reads; a declaration may have more
 * @param body what it does
 */
record Import(int parameters, Body body) {

  /** The Java side. */
  @FunctionalInterface
  interface Body {
    /**
     * Runs on the caller's thread.
     *
     * @param args a value per declared parameter: integers as they are, floats as their bits
     * @return the result, in the same form; ignored where none is declared
     */
    long call(Guest caller, long[] args);
  }

  /** The Java side of a function without a result. */
  @FunctionalInterface
  interface VoidBody {
    void call(Guest caller, long[] args);
  }

  /** A function without a result, or one whose result is always 0. */
  static Import ofVoid(int parameters, VoidBody body) {
    return new Import(
        parameters,
        (caller, args) -> {
          body.call(caller, args);
          return 0;
        });
  }

  /** A function that does nothing and, if a result is declared, answers 0. */
  static Import nothing() {
    return ofVoid(0, (caller, args) -> {});
  }
}
