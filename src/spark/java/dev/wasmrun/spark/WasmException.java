package dev.wasmrun.spark;

import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.Trap;
import java.util.Arrays;

/**
 * A call of a guest that did not return, or could not be made. The message says which, with what
 * arguments, and for a failure of the guest its functions, innermost first.
 */
public final class WasmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_BACKTRACE = 32;
  private static final int LONGEST_ARGUMENTS = 200;

  WasmException(String message) {
    super(message);
  }

  private WasmException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * A call that did not return.
   *
   * @param function which, in the words of users
   */
  static WasmException of(String function, Object[] args, GuestFailure failure) {
    var text = new StringBuilder(call(function, args) + what(failure));
    failure.backtrace().stream()
        .limit(LONGEST_BACKTRACE)
        .forEach(name -> text.append("\n    at ").append(name));
    return new WasmException(text.toString(), failure);
  }

  /** A call that returned what cannot be. */
  static WasmException of(String function, Object[] args, String why) {
    return new WasmException(
        call(function, args) + "returned an address outside of its memory: " + why);
  }

  private static String call(String function, Object[] args) {
    String shown = Arrays.deepToString(args);
    if (shown.length() > LONGEST_ARGUMENTS) {
      shown = shown.substring(0, LONGEST_ARGUMENTS) + "…";
    }
    return "%s of %s ".formatted(function, shown);
  }

  private static String what(GuestFailure failure) {
    if (failure instanceof GuestExit exit) {
      return "exited with code " + exit.code();
    }
    return (failure instanceof Trap ? "trapped: " : "failed: ") + failure.getMessage();
  }
}
