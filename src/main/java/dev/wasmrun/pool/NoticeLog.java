package dev.wasmrun.pool;

import dev.wasmrun.crew.RunListener;

/**
 * A listener for pools whose users name none: what they should know goes to the logger {@code
 * dev.wasmrun.pool}, as a warning; what guests emit and print goes nowhere.
 */
final class NoticeLog implements RunListener {
  private static final System.Logger LOGGER = System.getLogger("dev.wasmrun.pool");

  @Override
  public void noticed(String message) {
    LOGGER.log(System.Logger.Level.WARNING, message);
  }
}
