package dev.wasmrun.convention.emscripten;

import dev.wasmrun.convention.emscripten.Mailbox.Message;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.Waiter;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads of one program: created, found by their block, freed and counted.
 *
 * <p>A thread's block and stack are freed by code of the module, which needs a stack itself. So no
 * thread frees its own: the joiner does, and what nobody joins is freed by whoever creates a thread
 * next.
 *
 * <p>Thread-safe. No lock is held while guest code runs.
 */
final class Pthreads {
  private static final int EAGAIN = 6;
  private static final int EINVAL = 28;
  private static final int ESRCH = 71;
  private static final int SIGNALS = 65;
  private static final int SIGCANCEL = 33;

  private final Crew crew;
  private final LinearMemory memory;
  private final Semaphore places;
  private final ThrowImports throwing;
  private final EventLoops loops;
  private final AtomicInteger created = new AtomicInteger();
  private final Map<Integer, Pthread> byBlock = new ConcurrentHashMap<>();
  private final Queue<Pthread> unfreed = new ConcurrentLinkedQueue<>();

  /** Written by the main thread before it can create another. */
  private volatile Pthread main;

  private volatile int mainStackTop;

  /**
   * Creates a program without threads.
   *
   * @param limit how many threads may exist at a time besides the main thread
   * @param throwing knows what a thread has thrown
   * @param loops what each thread has left to do
   */
  Pthreads(Crew crew, LinearMemory memory, int limit, ThrowImports throwing, EventLoops loops) {
    this.crew = crew;
    this.memory = memory;
    this.places = new Semaphore(limit);
    this.throwing = throwing;
    this.loops = loops;
  }

  /** Tells the high end of the main thread's stack; to be called before the constructors run. */
  void mainStackIs(int stackTop) {
    mainStackTop = stackTop;
  }

  /** The main thread has a block now. */
  void startMain(Guest guest, int block) {
    var thread = new Pthread(0, block, crew);
    thread.runs(guest);
    main = thread;
    byBlock.put(block, thread);
  }

  /** The main thread; null until it has a block. */
  Pthread main() {
    return main;
  }

  /**
   * Starts a thread.
   *
   * @param entry index of its function in the table
   * @return 0, or EAGAIN if there are as many threads as are allowed or it has no stack
   */
  int create(Guest creator, int block, int entry, int argument) {
    freeEnded(creator);
    if (block == 0) {
      return EAGAIN; // the library did not check whether it got memory
    }
    // The library fills the main thread's block in after it has told of it.
    var layout = PthreadLayout.find(memory, main.block(), mainStackTop);
    int stackTop = layout.stackTop(memory, block);
    int stackSize = layout.stackSize(memory, block);
    if (Integer.compareUnsigned(stackTop, stackSize) <= 0 || !places.tryAcquire()) {
      return EAGAIN; // the former where there was no memory for the stack
    }
    var thread = new Pthread(created.incrementAndGet(), block, crew);
    byBlock.put(block, thread);
    var start = new PthreadStart(thread, stackTop, stackSize, entry, argument, throwing, loops);
    thread.startedAs(
        crew.spawn(
            Integer.toString(thread.number()),
            () -> run(thread, start, creator::sibling, stackTop, stackSize)));
    return 0;
  }

  private void run(
      Pthread thread, PthreadStart start, Supplier<Guest> instances, int stackTop, int stackSize)
      throws InterruptedException {
    try {
      start.run(instances);
    } finally {
      places.release();
      // Before it is known to have returned: its memory may be freed then.
      crew.observers().stackGone(stackTop - stackSize, stackTop);
      crew.observers().released(thread);
      thread.returned();
      main.mailbox().nudge();
    }
  }

  /** Whether a wait with a timeout is a slice of one without; may be asked by any thread. */
  boolean waitsInSlices(Waiter waiter) {
    return running(waiter).map(Pthread::waitsInSlices).orElse(false);
  }

  /** Who holds the mutex that a thread waits for, in words; empty if that is not known. */
  String holder(Waiter waiter) {
    return MuslMutexLayout.holder(memory, waiter.address())
        .flatMap(this::withId)
        .map(thread -> ": a mutex that %s holds".formatted(thread.name()))
        .orElse("");
  }

  private Optional<Pthread> withId(int id) {
    OptionalInt at = PthreadLayout.findId(memory, main.block());
    return byBlock.values().stream()
        .filter(thread -> at.isPresent() && memory.getInt(thread.block() + at.getAsInt()) == id)
        .findFirst();
  }

  private Optional<Pthread> running(Waiter waiter) {
    return waiter
        .thread()
        .flatMap(
            thread -> byBlock.values().stream().filter(pthread -> pthread.is(thread)).findFirst());
  }

  /** Whether no thread but the main one runs, so that nobody could ask it for anything. */
  boolean onlyMainLives() {
    return byBlock.values().stream().allMatch(thread -> thread == main || thread.hasReturned());
  }

  /**
   * Frees a thread that has ended: one that was joined, or, asked by itself, one that was detached.
   */
  void cleanUp(Guest caller, int block) {
    Pthread thread = byBlock.remove(block);
    if (thread == null) {
      return;
    }
    PthreadLayout.markDead(memory, block);
    if (thread.isRunBy(caller)) {
      unfreed.add(thread);
      return;
    }
    try {
      thread.awaitReturned();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestInterrupted(e);
    }
    free(caller, thread);
  }

  private void freeEnded(Guest caller) {
    for (Iterator<Pthread> threads = unfreed.iterator(); threads.hasNext(); ) {
      Pthread thread = threads.next();
      if (thread.hasReturned() && unfreed.remove(thread)) {
        free(caller, thread);
      }
    }
  }

  private void free(Guest caller, Pthread thread) {
    // That a thread frees another's memory, or one before it has, orders nothing else of theirs.
    crew.observers()
        .cleaningUp(
            thread, () -> ExportCalls.required(caller, Names.THREAD_FREE_DATA, thread.block()));
  }

  /**
   * Sends a signal. Signal 0 only asks whether the thread is there; SIGCANCEL wakes it if it is
   * idle, as otherwise it looks by itself whether it is cancelled; any other has the thread call
   * its handler. Where the library does not export what knows of handlers, it ends the thread.
   *
   * @return 0, EINVAL or ESRCH
   */
  int signal(Guest caller, int block, int signal) {
    Pthread thread = byBlock.get(block);
    boolean handles = Names.RAISE.in(caller) != null;
    if (signal < 0 || signal >= SIGNALS) {
      return EINVAL;
    }
    if (thread == null || (thread == main && signal != 0 && !handles)) {
      return ESRCH;
    }
    if (signal == SIGCANCEL) {
      thread.mailbox().post(new Message(Names.THREAD_EXIT, -1));
    } else if (signal != 0 && !handles) {
      thread.kill();
    } else if (signal != 0 && thread.isRunBy(caller)) {
      SignalImports.raise(caller, signal);
    } else if (signal != 0) {
      thread.interruptFor(guest -> SignalImports.raise(guest, signal));
    }
    return 0;
  }

  /** Asks a thread to do something when it is idle; whether there is such a thread. */
  boolean post(int block, Message message) {
    var thread = Optional.ofNullable(byBlock.get(block));
    thread.ifPresent(found -> found.mailbox().post(message));
    return thread.isPresent();
  }
}
