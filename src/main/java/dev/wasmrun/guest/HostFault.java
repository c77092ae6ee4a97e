package dev.wasmrun.guest;

import dev.wasmrun.source.SourceFrame;
import java.util.List;

/** A failure of the host while it ran the guest; the guest is not to blame. */
public final class HostFault extends GuestFailure {
  private static final long serialVersionUID = 1L;

  /** A failure that a host function can say in words. */
  public HostFault(String message) {
    this(message, null, List.of());
  }

  HostFault(String message, Throwable cause, List<SourceFrame> frames) {
    super(message, cause, frames);
  }
}
