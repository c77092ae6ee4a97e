package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.Interruptions;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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

  // The lock guards the fields below it. No guest code runs while it is held; the crew's lock may
  // be
  // taken then, but not the other way round.
  private final Object lock = new Object();
  private final Set<Message> messages = new LinkedHashSet<>();

  /** Completes when a message is posted, for who waits with a timeout; null if nobody does. */
  private CompletableFuture<Void> awaited;

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
      if (awaited != null) {
        awaited.complete(null);
      }
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

  /**
   * Waits for the next message for a while.
   *
   * @param nanos the longest time to wait; not at all if it is not positive
   * @return null if there is none, or the thread was interrupted for something that is done
   */
  Message take(long nanos) throws InterruptedException {
    Message message = poll();
    if (message == null && nanos > 0) {
      awaitPost(nanos);
      message = poll();
    }
    if (message != null) {
      crew.observers().acquired(this);
    }
    return message;
  }

  private void awaitPost(long nanos) throws InterruptedException {
    CompletableFuture<Void> event = nextPost();
    try {
      crew.clockAndRandomness().await(event, nanos);
    } catch (InterruptedException e) {
      if (!Interruptions.served()) {
        throw e;
      }
    }
  }

  /** Completes when there is a message. */
  private CompletableFuture<Void> nextPost() {
    synchronized (lock) {
      awaited = new CompletableFuture<>();
      if (!messages.isEmpty()) {
        awaited.complete(null);
      }
      return awaited;
    }
  }

  private Message poll() {
    synchronized (lock) {
      return removeFirst();
    }
  }

  /** The caller holds the lock; null if there is none. */
  private Message removeFirst() {
    var waiting = messages.iterator();
    if (!waiting.hasNext()) {
      return null;
    }
    Message message = waiting.next();
    waiting.remove();
    return message;
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
      return removeFirst();
    }
  }

  private boolean hasMessage() {
    synchronized (lock) {
      return !messages.isEmpty();
    }
  }
}
