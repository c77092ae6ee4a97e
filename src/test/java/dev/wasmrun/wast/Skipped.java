package dev.wasmrun.wast;

/** A command whose outcome would tell nothing about us; the message is the reason. */
final class Skipped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Skipped(String reason) {
    super(reason);
  }
}
