package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.GuestThread;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.Interruptions;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * One thread of the program, from its creation until its block is freed.
 *
 * <pre>
 *   created ──▶ running ──▶ returned: its instance runs no more code ──▶ freed, by another thread
 *                  └─ unwound without having ended: idle, its mailbox is open ─┘
 * </pre>
 */
final class Pthread {
  private static final int RED_ZONE = 256;

  private final int number;
  private final int block;
  private final Crew crew;
  private final Mailbox mailbox;
  private final ExpectedCalls calls;
  private final CountDownLatch returned = new CountDownLatch(1);

  /** Written by this thread; what others may do with it, its own methods say. */
  private volatile Guest guest;

  /** Written by this thread before its guest. */
  private volatile Thread thread;

  /** Written by the creator once the thread has a member, which may be after it has begun. */
  private volatile GuestThread member;

  /** Set before the thread is interrupted, read by it when it notices. */
  private volatile boolean killed;

  /** Written by this thread before its guest. */
  private volatile Interruptions interruptions;

  /**
   * Creates a thread that is not running yet.
   *
   * @param number counted from 1 in the order of creation; 0 for the main thread
   * @param block the address of its {@code struct pthread}
   * @param crew what it will be a member of
   */
  Pthread(int number, int block, Crew crew) {
    this.number = number;
    this.block = block;
    this.crew = crew;
    this.mailbox = new Mailbox(crew);
    this.calls = new ExpectedCalls(crew);
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

  /** The current thread is this one, and runs the instance. */
  void runs(Guest instance) {
    this.thread = Thread.currentThread();
    this.interruptions = Interruptions.ofCurrentThread(() -> killed || crew.isOver());
    this.guest = instance;
  }

  /**
   * Has the thread make a call at once, whatever it does; not at all if it does not run yet.
   *
   * @param call gets the thread's instance, with a stack that is free
   */
  void interruptFor(Consumer<Guest> call) {
    Guest own = guest;
    if (own != null && calls.add()) {
      interruptions.request(
          () -> {
            calls.taken();
            calling(own, call);
          });
    }
  }

  /** Functions that call none may use some bytes below the stack pointer without moving it. */
  private static void calling(Guest own, Consumer<Guest> call) {
    if (Names.STACK_SAVE.in(own) == null) {
      call.accept(own);
      return;
    }
    long stack = ExportCalls.required(own, Names.STACK_SAVE)[0];
    ExportCalls.required(own, Names.STACK_RESTORE, stack - RED_ZONE);
    call.accept(own);
    ExportCalls.required(own, Names.STACK_RESTORE, stack);
  }

  /** Whether it is that Java thread. */
  boolean is(Thread javaThread) {
    return thread == javaThread;
  }

  /** The name of its Java thread; it must have run. */
  String name() {
    return thread.getName();
  }

  /** Whether it is blocked in a slice of a wait without an end; may be asked by any thread. */
  boolean waitsInSlices() {
    Guest running = guest;
    return running != null && running.waitsInSlices(thread);
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
    calls.close();
    returned.countDown();
  }

  boolean hasReturned() {
    return returned.getCount() == 0;
  }

  void awaitReturned() throws InterruptedException {
    crew.clockAndRandomness().beforeWaiting(this::hasReturned);
    while (true) {
      try {
        returned.await();
        return;
      } catch (InterruptedException e) {
        if (!Interruptions.served()) {
          throw e;
        }
      }
    }
  }
}
