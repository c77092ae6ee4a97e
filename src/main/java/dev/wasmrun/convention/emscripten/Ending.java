package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestInterrupted;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The orderly end of a program: handlers registered with {@code atexit} and static destructors run
 * once, on the thread that asked first, then what is buffered is written.
 */
final class Ending {
  private static final long ALL_STREAMS = 0;

  private final Crew crew;

  /** The thread that ends the program, set once. */
  private final AtomicReference<Thread> ender = new AtomicReference<>();

  /**
   * Creates the end of a program that has not ended.
   *
   * @param crew the program's threads
   */
  Ending(Crew crew) {
    this.crew = crew;
  }

  /**
   * Ends the program: C's {@code exit}, or the return from {@code main}.
   *
   * @return never
   */
  GuestExit exit(Guest guest, int code) {
    Thread self = Thread.currentThread();
    if (ender.compareAndSet(null, self)) {
      ExportCalls.ifExported(guest, Names.RUN_EXIT_HANDLERS);
      writeBuffers(guest);
    } else if (ender.get() != self) { // a handler may call exit again
      awaitTheEnd();
    }
    throw new GuestExit(code);
  }

  /**
   * Ends a program that has nothing left to do, though it has asked to be kept alive: its handlers
   * do not run.
   *
   * @return never
   */
  GuestExit abandon(Guest guest, int code) {
    if (ender.compareAndSet(null, Thread.currentThread())) {
      writeBuffers(guest);
    } else {
      awaitTheEnd();
    }
    throw new GuestExit(code);
  }

  /** Whether the end has begun. */
  boolean hasBegun() {
    return ender.get() != null;
  }

  private static void writeBuffers(Guest guest) {
    if (Names.CLOSE_STDIO.in(guest) != null) {
      ExportCalls.ifExported(guest, Names.CLOSE_STDIO);
    } else {
      ExportCalls.ifExported(guest, Names.FLUSH, ALL_STREAMS);
    }
  }

  /** A second thread that exits while the first still runs handlers must not overtake it. */
  private void awaitTheEnd() {
    try {
      crew.pause("the end of the program, which another thread has begun", () -> false);
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestInterrupted(e);
    } finally {
      crew.resume();
    }
  }
}
