package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.BlockedThread;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.memory.MemoryContents;
import dev.wasmrun.memory.Waiter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * The turn of one controlled run: exactly one thread has it and runs; before each step that others
 * could notice, it asks the strategy who is next.
 */
final class Scheduler {
  /*
   * All fields but the volatile ones are guarded by the turn, which is handed over in ControlledThread. The
   * run is over once `over` is set: by the thread that has the turn, or by one that was interrupted
   * because the crew has ended. From then on nobody has the turn, every thread that asks for it
   * leaves the guest by an exception, and nobody starts a step.
   */

  /** The last so-manieth part of a run is looked at for whether anybody gets on. */
  private static final int LATE = 4;

  private final StepStrategy strategy;
  private final Limits limits;
  private final Journal journal;
  private final Situation now = new Situation();
  private final Map<Thread, ControlledThread> byThread = new ConcurrentHashMap<>();
  private MemoryContents contents;
  private RuntimeException failure;
  private volatile ControlledThread mostRecent;
  private volatile boolean over;

  /** Told how the run ends; set before it begins. */
  private Consumer<Outcome> ending = outcome -> {};

  private Predicate<Waiter> endless = waiter -> false;
  private IntFunction<String> addressNames = address -> "";

  /** The threads that have changed a word from 0, until it is 0 again. Guarded by the turn. */
  private final Map<Integer, ControlledThread> holders = new HashMap<>();

  /** What a store that is about to happen overwrites; null if that is of no interest. */
  private byte[] overwritten;

  /** The last step that has changed something others can see. Guarded by the turn. */
  private int lastChange;

  /** How the run ended, once that is decided; set once, before `over`. Guarded by this. */
  private Ending ended;

  /** Ways in which a run ends. */
  enum Ending {
    /** Its threads ended, or one failed or exited. */
    BY_ITSELF,
    /** Nobody can take a step. */
    DEADLOCK,
    /** It took too many steps. */
    TOO_LONG,
    /** The strategy gave it up. */
    CUT,
    /** From outside, as by a time limit. */
    ABANDONED
  }

  /**
   * Where a run stops.
   *
   * @param steps how many steps it may take
   * @param weak whether plain stores reach memory late
   */
  record Limits(int steps, boolean weak) {}

  Scheduler(StepStrategy strategy, Limits limits, Journal journal) {
    this.strategy = strategy;
    this.limits = limits;
    this.journal = journal;
  }

  void onEnding(Consumer<Outcome> told) {
    ending = told;
  }

  /** Says which waits with a timeout begin again for ever; set before the run begins. */
  void judgeWaitsBy(Predicate<Waiter> judge) {
    endless = judge;
  }

  /** Says what is at an address, in words behind a comma; set before the run begins. */
  void nameAddressesBy(IntFunction<String> names) {
    addressNames = names;
  }

  void attach(MemoryContents memory) {
    contents = memory;
  }

  // Threads come and go.

  /** A thread is about to be started, by the one that has the turn or, the first, by the host. */
  void spawned(Thread thread) {
    if (over) {
      return;
    }
    ControlledThread parent = now.running();
    if (parent != null && !parent.buffer().isEmpty()) {
      announce(
          parent,
          new StepOperation(
              StepOperation.Kind.FENCE)); // else the new one could miss what was set up for it
    }
    var strand = new ControlledThread(now.strands().size(), thread);
    byThread.put(thread, strand);
    now.add(strand);
    journal.named(strand.number(), thread.getName());
    if (parent == null) {
      now.turnTo(strand);
      strand.grant();
    } else {
      strand.causedBy(parent.lastEvent());
    }
  }

  /** The current thread is about to run its first code. */
  void begun() {
    ControlledThread self = byThread.get(Thread.currentThread());
    if (self == null || !self.awaitTurn(this)) {
      throw stopped();
    }
    if (now.stepsOfRun() == 0) {
      record(self); // the first thread of all was given the turn without having asked
    }
  }

  /** The current thread has run its last code. */
  void finished() {
    ControlledThread self = self();
    if (self == null || over) {
      return;
    }
    if (!self.buffer().isEmpty()) {
      announce(self, new StepOperation(StepOperation.Kind.END));
    }
    self.end();
    if (now.strands().stream().allMatch(ControlledThread::isDone)) {
      now.turnTo(null);
      return;
    }
    ControlledThread next = choose(self);
    if (next != null) {
      handOver(self, next);
    }
  }

  /** The current thread has failed, which ends the run. */
  void failed(Throwable failure) {
    ControlledThread self = self();
    if (self == null || over) {
      return;
    }
    if (failure instanceof GuestExit && !exitsNow(self)) {
      return;
    }
    journal.failedIn(self.number());
    self.end();
    finish(Ending.BY_ITSELF, Outcome.of(self.thread().getName(), failure));
  }

  /**
   * An exit is a step where it ends others: they may go first. False if they have ended the run.
   */
  private boolean exitsNow(ControlledThread self) {
    boolean alone = now.strands().stream().allMatch(strand -> strand == self || strand.isDone());
    try {
      if (!alone) {
        announce(self, new StepOperation(StepOperation.Kind.HOST));
      }
      return true;
    } catch (GuestInterrupted e) {
      return false;
    }
  }

  // Steps.

  /** The strand of the calling thread if it has the turn; null for any other thread. */
  ControlledThread self() {
    ControlledThread holder = now.running();
    return holder != null && holder.thread() == Thread.currentThread() ? holder : null;
  }

  /** The strand of a thread of the run; null for any other. */
  ControlledThread of(Thread thread) {
    return byThread.get(thread);
  }

  /** The strand of the calling thread if it has the turn; a thread of a run that is over leaves. */
  ControlledThread selfOrStopped() {
    ControlledThread self = self();
    if (self == null && over && byThread.containsKey(Thread.currentThread())) {
      throw stopped();
    }
    return self;
  }

  /** Returns when it is the caller's turn to do what it announces. */
  void announce(ControlledThread self, StepOperation op) {
    self.announce(op);
    proceed(self);
  }

  /** Returns when it is the caller's turn to do what it has pending. */
  void proceed(ControlledThread self) {
    if (over) {
      throw stopped();
    }
    ControlledThread next = choose(self);
    if (next == null) {
      throw stopped();
    }
    if (next != self) {
      handOver(self, next);
      if (!self.awaitTurn(this)) {
        throw stopped();
      }
    }
  }

  /** The caller wants others to go first. */
  void yield(ControlledThread self) {
    now.tire();
    announce(self, new StepOperation(StepOperation.Kind.YIELD));
  }

  private void handOver(ControlledThread self, ControlledThread next) {
    self.buffer().withdraw(contents);
    next.buffer().apply(contents);
    now.turnTo(next);
    next.grant();
  }

  /** Lets the strategy choose until it chooses a thread; null if the run is over instead. */
  private ControlledThread choose(ControlledThread self) {
    while (true) {
      if (now.stepsOfRun() >= limits.steps()) {
        finish(Ending.TOO_LONG, new Outcome.Cancelled());
        return null;
      }
      if (now.isStuck() && !outsideHelps() || waitsForEver(self)) {
        finish(Ending.DEADLOCK, new Outcome.Deadlocked(blocked()));
        return null;
      }
      if (over) {
        return null;
      }
      int agent = ask();
      if (agent == StepStrategy.CUT) {
        finish(Ending.CUT, new Outcome.Cancelled());
        return null;
      }
      journal.chosen(now, agent);
      ControlledThread strand = now.strands().get(Agents.thread(agent));
      if (!Agents.isBuffer(agent)) {
        record(strand);
        return strand;
      }
      flush(self, strand);
    }
  }

  /**
   * Whether all threads wait for one another, though some do in slices: each of those has looked
   * around since the last of them began to wait, and has begun the same wait anew.
   */
  private boolean waitsForEver(ControlledThread self) {
    if (!self.isDone() && !self.isWaiting()) {
      return false;
    }
    int since = -1;
    for (ControlledThread strand : now.strands()) {
      if (strand.isDone() ? !strand.buffer().isEmpty() : !strand.isWaiting()) {
        return false;
      }
      since = Math.max(since, strand.waitsSince());
    }
    boolean sliced = false;
    for (ControlledThread strand : now.strands()) {
      if (!strand.isDone() && strand.isEnabled()) {
        if (!strand.hasRenewedItsWait(since) || !endless.test(strand.waiter())) {
          return false;
        }
        sliced = true;
      }
    }
    return sliced && now.strands().stream().allMatch(strand -> strand.outsideEvent().isEmpty());
  }

  /** Waits for threads outside of the run; false if nobody waits for any. */
  private boolean outsideHelps() {
    List<CompletableFuture<?>> events =
        now.strands().stream().flatMap(strand -> strand.outsideEvent().stream()).toList();
    if (events.isEmpty()) {
      return false;
    }
    ControlledThread.awaitAny(events, this);
    return true;
  }

  /** The strategy's choice; a strategy that fails ends the run. */
  private int ask() {
    try {
      return strategy.next(now);
    } catch (RuntimeException e) {
      failure = e;
      return StepStrategy.CUT;
    }
  }

  /** Why the strategy could not choose; null if it could. Read when the run is over. */
  RuntimeException failure() {
    return failure;
  }

  /** A thread takes its step: what it does from here to its next announcement. */
  private void record(ControlledThread strand) {
    switch (strand.pending().kind()) {
      case BEGIN, JOIN, RESUME -> changed();
      default -> {}
    }
    int event = now.step();
    int drained = limits.weak() && strand.pending().kind().drains() ? journal.flushed(strand) : -1;
    int cause =
        strand.pending().kind() == StepOperation.Kind.JOIN
            ? strand.awaited().lastEvent()
            : strand.cause();
    journal.step(Agents.ofThread(strand.number()), strand.pending(), cause, drained);
    strand.steps(event);
  }

  private void flush(ControlledThread self, ControlledThread strand) {
    StoreBuffer buffer = strand.buffer();
    now.step();
    journal.step(
        Agents.ofBuffer(strand.number()), buffer.flush(), buffer.oldestEvent(), Event.NONE);
    if (strand == self) {
      buffer.settleOldest();
    } else {
      self.buffer().withdraw(contents);
      buffer.writeOldest(contents);
      self.buffer().apply(contents);
    }
  }

  /** A plain store by the thread that has the turn is about to happen. */
  void buffer(ControlledThread self, int address, int length) {
    if (limits.weak() && length <= Long.BYTES) {
      self.buffer().expect(contents, address, length, self.lastEvent());
    }
  }

  /** A word has been changed atomically by the thread that has the turn. */
  void updated(int address, long seen, long stored) {
    if (seen == 0 && stored != 0) {
      holders.put(address, now.running());
    } else if (stored == 0) {
      holders.remove(address);
    }
    if (seen != stored) {
      changed();
    }
  }

  /** A word has been stored to by the thread that has the turn. */
  void stored(int address, int width, long value) {
    if (value == 0) {
      holders.remove(address);
    }
    if (overwritten != null && !Arrays.equals(overwritten, read(address, width))) {
      changed();
    }
    overwritten = null;
  }

  /** The thread that has the turn is about to store to some bytes. */
  void noteWhatIsThere(int address, int length) {
    overwritten = isLate() && length <= Long.BYTES ? read(address, length) : null;
  }

  private byte[] read(int address, int length) {
    var bytes = new byte[length];
    contents.read(address, bytes);
    return bytes;
  }

  /** Something has changed that others can see. */
  void changed() {
    lastChange = now.stepsOfRun();
  }

  /** Whether the run has taken most of the steps that it may. */
  private boolean isLate() {
    return now.stepsOfRun() >= limits.steps() / LATE * (LATE - 1);
  }

  /** Whether something has changed since the run {@link #isLate}; asked when it is over. */
  boolean changedLately() {
    return lastChange >= limits.steps() / LATE * (LATE - 1);
  }

  // The end.

  private void finish(Ending how, Outcome outcome) {
    synchronized (this) {
      if (ended != null) {
        return;
      }
      ended =
          how; // before the crew interrupts a thread, which would take it for an end from outside
    }
    // Before anybody is let go: the outcome must be this one, not that a thread was stopped.
    ending.accept(outcome);
    stop();
  }

  /** The run has ended from outside. */
  void abandon() {
    synchronized (this) {
      if (ended == null) {
        ended = Ending.ABANDONED;
      }
    }
    stop();
  }

  private void stop() {
    over = true;
    byThread.values().forEach(ControlledThread::rouse);
  }

  boolean isOver() {
    return over;
  }

  /** How the run ended; asked when it has. */
  synchronized Ending ended() {
    return ended == null ? Ending.BY_ITSELF : ended;
  }

  static GuestInterrupted stopped() {
    return new GuestInterrupted(new InterruptedException("the controlled run is over"));
  }

  private List<BlockedThread> blocked() {
    var blocked = new ArrayList<BlockedThread>();
    for (ControlledThread strand : now.strands()) {
      if (!strand.isDone()) {
        blocked.add(new BlockedThread(strand.thread().getName(), waitsFor(strand)));
      }
    }
    return blocked;
  }

  private String holder(ControlledThread strand) {
    ControlledThread holder = holders.get(strand.pending().address());
    return holder == null || holder == strand
        ? ""
        : ", a lock that %s holds".formatted(holder.thread().getName());
  }

  private String waitsFor(ControlledThread strand) {
    return switch (strand.pending().kind()) {
      case BLOCKED, EXPIRE ->
          "a notify at %s%s%s"
              .formatted(
                  strand.pending().place(),
                  addressNames.apply(strand.pending().address()),
                  holder(strand));
      case JOIN -> "the end of " + strand.awaited().thread().getName();
      default -> "another thread, in the host";
    };
  }

  // Who spins for its turn: only the one that gave it away last, for there may be few processors.

  void mostRecent(ControlledThread strand) {
    mostRecent = strand;
  }

  boolean isMostRecent(ControlledThread strand) {
    return mostRecent == strand;
  }

  /** The run so far. */
  Situation situation() {
    return now;
  }
}
