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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Set<Integer> declared;
  private final Map<Integer, LockWord> words = new ConcurrentHashMap<>();

  /** Guarded by itself. */
  private final Map<Edge.Key, List<Edge>> edges = new LinkedHashMap<>();

  /**
   * Creates a record of no locks.
   *
   * @param declared addresses of words that are locks, however they change
   */
  public LockOrder(Set<Integer> declared) {
    this.declared = Set.copyOf(declared);
    declared.forEach(address -> words.put(address, new LockWord(address, true)));
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

  /** An atomic load, or a look that a wait took. */
  public void load(Holder thread, int address, int width) {
    LockWord word = words.get(address);
    if (word != null && word.isHeldByAnother(thread)) {
      thread.attempts(word);
    }
    if (!isLock(address)) {
      order.load(thread.clock(), address, width, 0);
    }
  }

  /** An atomic store. */
  public void store(Holder thread, int address, int width, long value) {
    LockWord word = value == 0 ? words.get(address) : word(address);
    if (word != null) {
      word.store(thread, value);
    }
    if (!isLock(address)) {
      order.store(thread.clock(), address, width, 0);
    }
  }

  /**
   * A read-modify-write.
   *
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
      long place,
      Supplier<List<Frame>> active) {
    LockWord word = word(address);
    if (word.update(thread, seen, stored, kind)) {
      taken(thread, word, place, active);
    } else if (seen != 0 && stored != 0 && kind != UpdateKind.ARITHMETIC && word.mayBeLock()) {
      thread.attempts(word);
    }
    if (!isLock(address)) {
      order.beginUpdate(thread.clock(), address, width);
      order.endUpdate(thread.clock(), address, width, 0);
    }
  }

  /** A notify that is about to take effect. */
  public void notify(Holder thread, int address) {
    if (!isLock(address)) {
      order.notify(thread.clock(), address, 0);
    }
  }

  /** A wait was ended by a notify. */
  public void woken(Holder thread, int address) {
    if (!isLock(address)) {
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

  private LockWord word(int address) {
    LockWord word = words.get(address);
    return word == null
        ? words.computeIfAbsent(address, first -> new LockWord(first, false))
        : word;
  }

  private boolean isLock(int address) {
    LockWord word = words.get(address);
    return word != null && word.isLock();
  }

  private void taken(Holder thread, LockWord word, long place, Supplier<List<Frame>> active) {
    thread.endAttempt(word);
    for (Held earlier : thread.held()) {
      if (earlier.word() != word) {
        add(thread, earlier, word, place, active);
      }
    }
    thread.takes(word, place, thread.looksAt(word) ? active.get() : List.of());
  }

  private void add(
      Holder thread, Held earlier, LockWord word, long place, Supplier<List<Frame>> active) {
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
    var gates = new HashSet<LockWord>();
    thread.held().forEach(held -> gates.add(held.word()));
    gates.remove(earlier.word());
    gates.remove(word);
    var edge =
        new Edge(
            clock.name(),
            earlier.word(),
            earlier.place(),
            Frame.names(earlier.active()),
            word,
            place,
            Frame.names(activeNow),
            Frame.wouldWait(activeNow, thread.likelyActive(earlier)),
            Set.copyOf(gates),
            clock.slot(),
            clock.moment(),
            clock.copyOfMoments());
    synchronized (edges) {
      edges.get(key).add(edge);
    }
  }
}
