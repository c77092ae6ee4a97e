package dev.wasmrun.crew;

/** A member of a {@link Crew}: one Java thread that runs guest code. */
public final class GuestThread {
  private final Crew crew;
  private final Crew.Body body;
  private final Thread thread;

  GuestThread(Crew crew, String name, long stackBytes, Crew.Body body) {
    this.crew = crew;
    this.body = body;
    this.thread = new Thread(null, this::run, name, stackBytes);
    // A member that would not stop must not keep the process from ending.
    this.thread.setDaemon(true);
  }

  /**
   * Waits until this member has ended, however it did.
   *
   * @throws InterruptedException if the waiting thread is interrupted, as it is when the run ends
   */
  public void join() throws InterruptedException {
    crew.pause("the end of " + thread.getName(), () -> !crew.has(this));
    try {
      thread.join();
    } finally {
      crew.resume();
    }
  }

  /** Interrupts this member alone; guest code notices in loops, calls and waits. */
  public void interrupt() {
    thread.interrupt();
  }

  Thread thread() {
    return thread;
  }

  private void run() {
    Throwable failure = null;
    try {
      body.run();
    } catch (Throwable e) {
      // Errors too: whatever ends a guest thread ends the run and must be told.
      failure = e;
    }
    crew.left(this, failure);
  }
}
