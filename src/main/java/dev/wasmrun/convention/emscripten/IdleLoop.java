package dev.wasmrun.convention.emscripten;

import dev.wasmrun.convention.emscripten.Mailbox.Message;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestUnwound;
import java.util.function.BooleanSupplier;

/**
 * The life of a thread after it has unwound: it does what others ask for until it has ended. A
 * thread that unwound because it ended, as by {@code pthread_exit}, has no such life.
 */
final class IdleLoop {
  private final Guest guest;
  private final Mailbox mailbox;
  private final int stackTop;

  /**
   * Creates the loop of a thread.
   *
   * @param stackTop where its stack begins again after each unwinding
   */
  IdleLoop(Guest guest, Mailbox mailbox, int stackTop) {
    this.guest = guest;
    this.mailbox = mailbox;
    this.stackTop = stackTop;
  }

  /**
   * Runs until the thread has ended.
   *
   * @param deserted whether nobody is left who could ask it for anything; it returns then
   */
  void run(BooleanSupplier deserted) throws InterruptedException {
    while (lives()) {
      Message message = mailbox.take(deserted);
      if (message == null) {
        return;
      }
      ExportCalls.required(guest, Names.STACK_RESTORE, stackTop);
      try {
        message.deliver(guest);
      } catch (GuestUnwound e) {
        // Abandoned like the call before it; whether the thread has ended is asked above.
      }
    }
  }

  /** The library forgets who it is when a thread ends. */
  private boolean lives() {
    String self = Names.PTHREAD_SELF.in(guest);
    return self != null && (int) guest.call(self)[0] != 0;
  }
}
