package dev.wasmrun.check.lock;

import dev.wasmrun.check.lock.Holder.Held;
import dev.wasmrun.check.race.HappensBefore;
import dev.wasmrun.check.race.ThreadClock;
import dev.wasmrun.memory.UpdateKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The order in which threads take locks while they hold others.
 *
 * <p>Each thread tells what it does itself, as to {@link HappensBefore}, and any number may at
 * once. What orders threads counts here too, except through locks: two threads that take the same
 * locks one after the other might as well have done so at the same time.
 */
public final class LockOrder {
  /**
   * The most occurrences of one edge that are kept; it may be ordered in some and not in others.
   */
  private static final int OCCURRENCES = 8;

  private final HappensBefore order = new HappensBefore();
  private final Locks locks;

  /** Guarded by itself. */
  private final Map<Edge.Key, List<Edge>> edges = new LinkedHashMap<>();

  /**
   * Creates a record of no locks.
   *
   * @param declared addresses of words that are locks, however they change
   */
  public LockOrder(Set<Integer> declared) {
    this.locks = new Locks(declared);
  }

  /** A thread that comes after nothing. */
  public Holder root(String name) {
    return new Holder(order.root(name, true));
  }

  /** The thread is about to start another. */
  public Holder spawn(Holder parent, String name) {
    parent.meetsAnother();
    return new Holder(order.spawn(parent.clock(), name, 0));
  }

  /** The thread does nothing any more. */
  public void end(Holder thread) {
    order.end(thread.clock());
  }

  /** The thread has seen that another has ended. */
  public void join(Holder thread, Holder ended) {
    thread.meetsAnother();
    order.join(thread.clock(), ended.clock(), 0);
  }

  /** A look that a wait took. */
  public void look(Holder thread, int address, int width) {
    LockWord word = locks.knownWord(address);
    if (word != null && word.isHeldByAnother(thread)) {
      thread.attempts(word);
    }
    if (!locks.isLock(address)) {
      order.load(thread.clock(), address, width, 0);
    }
  }

  /** A plain load that counts as an atomic one where the bytes have been written atomically. */
  public void volatileLoad(Holder thread, int address, int width) {
    if (order.isWrittenAtomically(address) && !locks.isLock(address)) {
      order.volatileLoad(thread.clock(), address, width);
    }
  }

  /**
   * An atomic load.
   *
   * @param value what it found
   * @param place where in the code it is, in the caller's terms
   * @param active as {@link #update} has it
   */
  public void load(
      Holder thread, int address, int width, long value, long place, Supplier<List<Frame>> active) {
    int drawnFrom = thread.drawnFrom(address, value);
    if (drawnFrom != 0) {
      TicketLock lock = locks.ticketLock(address, drawnFrom);
      if (lock.takes(thread, value)) {
        taken(thread, lock, false, Taking.WAITING, place, active);
      }
    }
    look(thread, address, width);
  }

  /** An atomic store. */
  public void store(Holder thread, int address, int width, long value) {
    LockWord word = value == 0 ? locks.knownWord(address) : locks.word(address);
    if (word != null) {
      word.store(thread, value);
    }
    locks.changed(thread, address, value);
    locks.stored(thread, address, value);
    if (!locks.isLock(address)) {
      order.store(thread.clock(), address, width, 0);
    }
  }

  /**
   * A read-modify-write.
   *
   * @param taking whether the thread would wait, if it takes a lock
   * @param place where in the code it is, in the caller's terms
   * @param active the functions active on this thread, innermost first; asked the first times that
   *     it takes a lock, and if it does while it holds another
   */
  public void update(
      Holder thread,
      int address,
      int width,
      long seen,
      long stored,
      UpdateKind kind,
      Taking taking,
      long place,
      Supplier<List<Frame>> active) {
    LockWord word = locks.word(address);
    if (word.update(thread, seen, stored, kind)) {
      taken(thread, word, false, taking, place, active);
    } else if (seen != 0 && stored != 0 && kind != UpdateKind.ARITHMETIC && word.mayBeLock()) {
      thread.attempts(word);
    }
    locks.changed(thread, address, stored);
    if (kind == UpdateKind.ARITHMETIC && stored == seen + 1) {
      thread.draws(address, seen);
    }
    queue(thread, address, seen, stored, kind, place, active);
    if (!locks.isLock(address)) {
      order.beginUpdate(thread.clock(), address, width);
      order.endUpdate(thread.clock(), address, width, 0);
    }
  }

  private void queue(
      Holder thread,
      int address,
      long seen,
      long stored,
      UpdateKind kind,
      long place,
      Supplier<List<Frame>> active) {
    if (kind == UpdateKind.EXCHANGE && QueueLock.mayBePlace(stored)) {
      QueueLock lock = locks.queueLock(address);
      if (lock.enters(thread, stored)) {
        taken(thread, lock, false, Taking.WAITING, place, active);
      }
    } else {
      locks.leftQueue(thread, address, seen, stored);
    }
  }

  /**
   * The thread has taken a lock that is known to be one.
   *
   * @param shared whether others can hold it, too
   * @param waits whether the thread would have waited for it
   * @param place as {@link #update} has it
   */
  public void takes(
      Holder thread,
      int address,
      boolean shared,
      boolean waits,
      long place,
      Supplier<List<Frame>> active) {
    SharedLock lock = locks.sharedLock(address);
    lock.takes(thread);
    taken(thread, lock, shared, waits ? Taking.WAITING : Taking.ATTEMPT, place, active);
  }

  /** The thread gives back a lock that it {@link #takes}. */
  public void gives(Holder thread, int address) {
    locks.sharedLock(address).gives(thread);
  }

  /**
   * What is wrong if the thread gives back a lock by making its word 0; told before that.
   *
   * @param seen what is in the word
   */
  public Optional<WrongUnlock> wrongUnlock(Holder thread, int address, long seen) {
    if (seen == 0) {
      return Optional.of(new WrongUnlock(Optional.empty()));
    }
    LockWord word = locks.knownWord(address);
    return word == null
        ? Optional.empty()
        : word.holderIfAnother(thread).map(name -> new WrongUnlock(Optional.of(name)));
  }

  /** The name of a thread that holds a lock among some words; empty if none does. */
  public Optional<String> holderWithin(int address, int words) {
    for (int i = 0; i < words; i++) {
      LockWord word = locks.knownWord(address + i * Integer.BYTES);
      Optional<String> holder = word == null ? Optional.empty() : word.holderIfAnother(null);
      if (holder.isPresent()) {
        return holder;
      }
    }
    return Optional.empty();
  }

  /** The name of a thread that holds a lock that threads {@link #takes}; empty if none does. */
  public Optional<String> holderOfShared(int address) {
    return locks.sharedLock(address).anyHolder();
  }

  /** A notify that is about to take effect. */
  public void notify(Holder thread, int address) {
    if (!locks.isLock(address)) {
      order.notify(thread.clock(), address, 0);
    }
  }

  /** A wait was ended by a notify. */
  public void woken(Holder thread, int address) {
    if (!locks.isLock(address)) {
      thread.meetsAnotherAt(address);
      order.woken(thread.clock(), address, 0);
    }
  }

  /** What the thread has done so far comes before what others do once they acquire this object. */
  public void release(Holder thread, Object object) {
    order.release(thread.clock(), object, 0);
  }

  /** The thread comes after all who have released this object. */
  public void acquire(Holder thread, Object object) {
    thread.meetsAnother();
    order.acquire(thread.clock(), object, 0);
  }

  /** The circles in which locks were taken so far, by threads that would have waited for them. */
  public List<Inversion> inversions() {
    var all = new ArrayList<Edge>();
    synchronized (edges) {
      edges.values().forEach(all::addAll);
    }
    return Cycles.of(all);
  }

  private void taken(
      Holder thread,
      Lock word,
      boolean shared,
      Taking taking,
      long place,
      Supplier<List<Frame>> active) {
    thread.endAttempt(word);
    List<Held> held = List.copyOf(thread.held()); // what has been given away meanwhile leaves it
    for (Held earlier : held) {
      if (earlier.word() != word) {
        add(thread, held, earlier, word, shared, taking, place, active);
      }
    }
    thread.takes(word, shared, place, thread.looksAt(word) ? active.get() : List.of());
  }

  private void add(
      Holder thread,
      List<Held> held,
      Held earlier,
      Lock word,
      boolean shared,
      Taking taking,
      long place,
      Supplier<List<Frame>> active) {
    ThreadClock clock = thread.clock();
    var key =
        new Edge.Key(
            earlier.word().address(), earlier.place(), word.address(), place, clock.slot());
    synchronized (edges) {
      if (edges.computeIfAbsent(key, first -> new ArrayList<>()).size() >= OCCURRENCES) {
        return;
      }
    }
    List<Frame> activeNow = active.get();
    var gates = new HashSet<Lock>();
    held.forEach(other -> gates.add(other.word()));
    gates.remove(earlier.word());
    gates.remove(word);
    var edge =
        new Edge(
            clock.name(),
            earlier.word(),
            earlier.place(),
            earlier.active(),
            word,
            place,
            activeNow,
            taking == Taking.WAITING
                || taking == Taking.UNKNOWN
                    && Frame.wouldWait(activeNow, thread.likelyActive(earlier)),
            earlier.shared(),
            shared,
            Set.copyOf(gates),
            clock.slot(),
            clock.moment(),
            clock.copyOfMoments());
    synchronized (edges) {
      edges.get(key).add(edge);
    }
  }
}
