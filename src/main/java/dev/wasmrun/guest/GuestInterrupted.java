package dev.wasmrun.guest;

import dev.wasmrun.source.SourceFrame;
import java.util.List;

/**
 * The guest stopped because its thread was interrupted, in a loop, a call or a wait.
 *
 * <p>The thread's interrupt status is still set.
 */
public final class GuestInterrupted extends GuestFailure {
  private static final long serialVersionUID = 1L;

  /**
   * An interrupt that a host function met while it waited for the guest.
   *
   * @param cause what told the function of it
   */
  public GuestInterrupted(Throwable cause) {
    this(cause, List.of());
  }

  GuestInterrupted(Throwable cause, List<SourceFrame> frames) {
    super("interrupted", cause, frames);
  }
}
