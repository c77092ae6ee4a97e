package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.Interruptions;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What other threads have asked an idle thread to do: the events of the loop that a thread runs
 * after it has unwound without having ended. A thread that never becomes idle takes none; it looks
 * into the program's own queues while it waits.
 */
final class Mailbox {
  /** A call of an export; two equal ones that wait are one. */
  record Message(Names export, int argument) {
    void deliver(Guest guest) {
      ExportCalls.ifExported(guest, export, argument);
    }
  }

  private final Crew crew;

  // The lock guards the field below it. No guest code runs while it is held; the crew's lock may be
  // taken then, but not the other way round.
  private final Object lock = new Object();
  private final Set<Message> messages = new LinkedHashSet<>();

  /**
   * Creates an empty mailbox.
   *
   * @param crew whose members post and take
   */
  Mailbox(Crew crew) {
    this.crew = crew;
  }

  void post(Message message) {
    crew.observers().released(this);
    synchronized (lock) {
      messages.add(message);
      lock.notifyAll();
    }
  }

  /** Has whoever waits ask again whether it is deserted. */
  void nudge() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  /**
   * Waits for the next message, in the order of posting.
   *
   * @param deserted whether nobody is left who could post one
   * @return null if there is none and will be none
   */
  Message take(BooleanSupplier deserted) throws InterruptedException {
    while (true) {
      try {
        Message message = await(deserted);
        crew.observers().acquired(this);
        return message;
      } catch (InterruptedException e) {
        if (!Interruptions.served()) {
          throw e;
        }
      }
    }
  }

  private Message await(BooleanSupplier deserted) throws InterruptedException {
    crew.pause("anything to do: it is idle", () -> hasMessage() || deserted.getAsBoolean());
    synchronized (lock) {
      try {
        while (messages.isEmpty()) {
          if (deserted.getAsBoolean()) {
            return null;
          }
          lock.wait();
        }
      } finally {
        crew.resume(); // before the message is gone, or this thread would pass for blocked
      }
      var first = messages.iterator();
      Message message = first.next();
      first.remove();
      return message;
    }
  }

  private boolean hasMessage() {
    synchronized (lock) {
      return !messages.isEmpty();
    }
  }
}
