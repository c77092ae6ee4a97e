package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.GuestThread;
import dev.wasmrun.guest.Circumstances;
import dev.wasmrun.guest.Guest;
import java.util.concurrent.CountDownLatch;

/**
 * One thread of the program, from its creation until its block is freed.
 *
 * <pre>
 *   created ──▶ running ──▶ returned: its instance runs no more code ──▶ freed, by another thread
 *                  └─ unwound without having ended: idle, its mailbox is open ─┘
 * </pre>
 */
final class Pthread {
  private final int number;
  private final int block;
  private final Circumstances circumstances;
  private final Mailbox mailbox;
  private final CountDownLatch returned = new CountDownLatch(1);

  /** Written by this thread; others may only compare it with their own instance. */
  private volatile Guest guest;

  /** Written by the creator once the thread has a member, which may be after it has begun. */
  private volatile GuestThread member;

  /** Set before the thread is interrupted, read by it when it notices. */
  private volatile boolean killed;

  Pthread(int number, int block, Circumstances circumstances) {
    this.number = number;
    this.block = block;
    this.circumstances = circumstances;
    this.mailbox = new Mailbox(circumstances);
  }

  /** Counted from 1 in the order of creation; 0 is the main thread. */
  int number() {
    return number;
  }

  /** The address of its {@code struct pthread}, which is its {@code pthread_t}. */
  int block() {
    return block;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  void runs(Guest instance) {
    this.guest = instance;
  }

  /** Whether that instance is this thread's own. */
  boolean isRunBy(Guest instance) {
    return guest == instance;
  }

  void startedAs(GuestThread guestThread) {
    this.member = guestThread;
    if (killed) {
      guestThread.interrupt(); // kill came too early to find a member
    }
  }

  /** Ends the thread where it is, as a signal would that is not handled. */
  void kill() {
    killed = true;
    GuestThread running = member;
    if (running != null) {
      running.interrupt();
    }
  }

  boolean killed() {
    return killed;
  }

  /** The thread's own last act. */
  void returned() {
    returned.countDown();
  }

  boolean hasReturned() {
    return returned.getCount() == 0;
  }

  void awaitReturned() throws InterruptedException {
    circumstances.beforeWaiting(this::hasReturned);
    returned.await();
  }
}
