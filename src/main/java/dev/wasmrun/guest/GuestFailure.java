package dev.wasmrun.guest;

import dev.wasmrun.source.SourceFrame;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A call into a guest that did not return: it trapped, exited, unwound, threw, was interrupted or
 * met a fault. It may be serialized, backtrace included, if its cause may, which can be anything
 * that a host function has thrown.
 */
public abstract sealed class GuestFailure extends RuntimeException
    permits Trap, GuestExit, GuestUnwound, GuestThrown, HostFault, GuestInterrupted {
  private static final long serialVersionUID = 1L;

  private final SourceFrame[] frames; // an array, for serialization

  GuestFailure(String message, Throwable cause, List<SourceFrame> frames) {
    super(message, cause);
    this.frames = frames.toArray(SourceFrame[]::new);
  }

  /**
   * The guest functions that were active, innermost first, by name, with file and line where the
   * module has debug information; empty where none was.
   */
  public List<String> backtrace() {
    return frames().stream().map(SourceFrame::toString).toList();
  }

  /**
   * Has the Java stack trace begin with the guest's frames, if a file and a line are known of one:
   * as methods of a class that is called like the module.
   */
  final GuestFailure tracedIn(String module) {
    StackTraceElement[] host = getStackTrace();
    boolean traced = host.length > 0 && host[0].getClassName().equals(module);
    if (!traced && frames().stream().anyMatch(SourceFrame::hasLine)) {
      setStackTrace(
          Stream.concat(frames().stream().map(frame -> element(module, frame)), Arrays.stream(host))
              .toArray(StackTraceElement[]::new));
    }
    return this;
  }

  private static StackTraceElement element(String module, SourceFrame frame) {
    String file =
        frame.hasLine() ? frame.file().substring(frame.file().lastIndexOf('/') + 1) : null;
    return new StackTraceElement(module, frame.function(), file, frame.line());
  }

  /** The guest functions that were active, innermost first; empty where none was. */
  public List<SourceFrame> frames() {
    return List.of(frames);
  }
}
