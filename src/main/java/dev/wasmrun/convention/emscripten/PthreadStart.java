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

  /**
   * Prepares the start of a thread, as its creator.
   *
   * @param stackTop the high end of its stack
   * @param stackSize in bytes
   * @param entry index of its function in the table
   * @param argument what the function gets
   * @param throwing knows what the thread has thrown
   */
  PthreadStart(
      Pthread thread, int stackTop, int stackSize, int entry, int argument, ThrowImports throwing) {
    this.thread = thread;
    this.stackTop = stackTop;
    this.stackSize = stackSize;
    this.entry = entry;
    this.argument = argument;
    this.throwing = throwing;
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
    try {
      long[] results = guest.callIndirect(entry, argument);
      ExportCalls.required(guest, Names.THREAD_EXIT, results.length == 0 ? 0 : results[0]);
    } catch (GuestUnwound e) {
      new IdleLoop(guest, thread.mailbox(), stackTop).run(() -> false);
    }
  }
}
