package dev.wasmrun.guest;

import dev.wasmrun.source.SourceFrame;
import java.util.List;

/** The guest did what WebAssembly forbids, or asked to abort; its instance must not be reused. */
public final class Trap extends GuestFailure {
  private static final long serialVersionUID = 1L;

  private final TrapCode code;

  Trap(TrapCode code, String message, Throwable cause, List<SourceFrame> frames) {
    super(message, cause, frames);
    this.code = code;
  }

  /**
   * A trap raised by a host function; the backtrace is added where the call into the guest ends.
   */
  public Trap(TrapCode code, String detail) {
    this(code, code.text() + ": " + detail, null, List.of());
  }

  /** Why it trapped. */
  public TrapCode code() {
    return code;
  }
}
