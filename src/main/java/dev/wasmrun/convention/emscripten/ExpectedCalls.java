package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.Crew;

/**
 * The count of calls that a thread was asked to make and has not begun. The crew expects each, for
 * a thread that waits may yet go on by what the call does.
 *
 * <p>Thread-safe: one thread takes, any thread adds.
 */
final class ExpectedCalls {
  private final Crew crew;

  // Guarded by this object's monitor; the crew's lock may be taken then.
  private int count;
  private boolean closed;

  /** No call yet. */
  ExpectedCalls(Crew crew) {
    this.crew = crew;
  }

  /** Whether a call can be made, which is expected from now on. */
  synchronized boolean add() {
    if (closed) {
      return false;
    }
    count++;
    crew.expect();
    return true;
  }

  /** The thread, which does not wait now, begins a call. */
  synchronized void taken() {
    if (count > 0) {
      count--;
      crew.come();
    }
  }

  /** The thread has ended, and makes no call any more. */
  synchronized void close() {
    closed = true;
    while (count > 0) {
      taken();
    }
  }
}
