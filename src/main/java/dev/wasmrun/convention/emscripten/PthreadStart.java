package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.GuestThrown;
import dev.wasmrun.guest.GuestUnwound;
import java.util.function.Supplier;

/**
 * What a new thread does: its own instance over the program's memory, the stack that its creator
 * has allocated, its thread-local variables, then its function, and what the library does at a
 * thread's end.
 */
final class PthreadStart {
  private final Pthread thread;
  private final int stackTop;
  private final int stackSize;
  private final int entry;
  private final int argument;
  private final ThrowImports throwing;
  private final EventLoops loops;

  /**
   * Prepares the start of a thread, as its creator.
   *
   * @param stackTop the high end of its stack
   * @param stackSize in bytes
   * @param entry index of its function in the table
   * @param argument what the function gets
   * @param throwing knows what the thread has thrown
   * @param loops what it has left to do
   */
  PthreadStart(
      Pthread thread,
      int stackTop,
      int stackSize,
      int entry,
      int argument,
      ThrowImports throwing,
      EventLoops loops) {
    this.thread = thread;
    this.stackTop = stackTop;
    this.stackSize = stackSize;
    this.entry = entry;
    this.argument = argument;
    this.throwing = throwing;
    this.loops = loops;
  }

  /** Runs the thread to its end in a new instance, on the calling thread. */
  void run(Supplier<Guest> instances) throws InterruptedException {
    try {
      Guest guest = instances.get();
      thread.runs(guest);
      guest.start();
      try {
        runIn(guest);
      } catch (GuestThrown e) {
        throw throwing.uncaught(guest, e);
      } finally {
        loops.ended(guest);
      }
    } catch (GuestInterrupted e) {
      if (!thread.killed()) {
        throw e;
      }
      Thread.interrupted(); // this thread alone was to end: the run goes on
    }
  }

  private void runIn(Guest guest) throws InterruptedException {
    int stackEnd = stackTop - stackSize;
    ExportCalls.ifExported(guest, Names.STACK_SET_LIMITS, stackTop, stackEnd);
    ExportCalls.ifExported(guest, Names.CHECK_STACK_LIMITS, stackTop, stackEnd);
    ExportCalls.required(guest, Names.STACK_RESTORE, stackTop);
    ExportCalls.required(guest, Names.THREAD_INIT, thread.block(), 0, 0, 1, 0, 0);
    ExportCalls.ifExported(guest, Names.TLS_INIT);
    EventLoop events = loops.of(guest);
    try {
      long[] results = guest.callIndirect(entry, argument);
      events.returned(results.length == 0 ? 0 : (int) results[0]);
      if (!events.keepsAlive()) {
        exit(guest, events);
        return;
      }
    } catch (GuestUnwound e) {
      // It has ended, or goes on when it is asked to; the loop asks which.
    }
    if (new IdleLoop(guest, events, thread.mailbox()).run(() -> false)) {
      exit(guest, events);
    }
  }

  private static void exit(Guest guest, EventLoop events) {
    try {
      ExportCalls.required(guest, Names.THREAD_EXIT, events.result());
    } catch (GuestUnwound e) {
      // That is how some releases leave it.
    }
  }
}
