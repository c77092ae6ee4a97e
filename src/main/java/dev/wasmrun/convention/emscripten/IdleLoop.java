package dev.wasmrun.convention.emscripten;

import dev.wasmrun.convention.emscripten.Mailbox.Message;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestUnwound;
import java.util.function.BooleanSupplier;

/**
 * The life of a thread after its function has returned or unwound: it calls what it has asked to be
 * called later, and does what others ask for, until it has ended. A thread that unwound because it
 * ended, as by {@code pthread_exit}, has no such life.
 *
 * <p>What unwinds leaves the stack as it is: what has been asked for may use what lies there.
 */
final class IdleLoop {
  /** How the next call has ended. */
  private enum Call {
    NONE,
    RETURNED,
    UNWOUND
  }

  private final Guest guest;
  private final EventLoop events;
  private final Mailbox mailbox;

  /** Creates the loop of a thread. */
  IdleLoop(Guest guest, EventLoop events, Mailbox mailbox) {
    this.guest = guest;
    this.events = events;
    this.mailbox = mailbox;
  }

  /**
   * Runs until the thread has ended, or nothing keeps it alive any more.
   *
   * @param deserted whether nobody is left who could ask it for anything; it returns then, unless
   *     it has something to do by itself
   * @return whether a callback has returned after which nothing keeps it alive
   */
  boolean run(BooleanSupplier deserted) throws InterruptedException {
    while (lives()) {
      Call call = callNext();
      if (call == Call.RETURNED && !events.keepsAlive()) {
        return true;
      }
      if (call == Call.NONE) {
        if (!answer(deserted)) {
          return false;
        }
        events.beginTurn();
      }
    }
    return false;
  }

  private Call callNext() {
    try {
      return events.callNext(guest) ? Call.RETURNED : Call.NONE;
    } catch (GuestUnwound e) {
      return Call.UNWOUND; // whether the thread has ended is asked before the next
    }
  }

  /** Does what another asks for, if one does before the next call; whether the loop goes on. */
  private boolean answer(BooleanSupplier deserted) throws InterruptedException {
    long nanos = events.nanosToNext();
    Message message = nanos < 0 ? mailbox.take(deserted) : mailbox.take(nanos);
    if (message == null) {
      return nanos >= 0;
    }
    try {
      message.deliver(guest);
    } catch (GuestUnwound e) {
      // Abandoned like the call before it.
    }
    return true;
  }

  /** The library forgets who it is when a thread ends; without threads there is no such thing. */
  private boolean lives() {
    String self = Names.PTHREAD_SELF.in(guest);
    return self == null ? events.keepsAlive() : (int) guest.call(self)[0] != 0;
  }
}
