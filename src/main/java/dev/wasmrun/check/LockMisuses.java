package dev.wasmrun.check;

import dev.wasmrun.check.lock.Holder;
import dev.wasmrun.check.lock.LockOrder;
import dev.wasmrun.check.race.ThreadClock;
import dev.wasmrun.memory.LibraryFunction;
import dev.wasmrun.source.SourceFrame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The locks of a C library that a run gives back or destroys as it must not, folded: one report for
 * each place in the code.
 *
 * <p>Thread-safe.
 */
final class LockMisuses {
  /** A mutex has its lock in one of its words. */
  private static final int WORDS_OF_MUTEX = 6;

  private final CodePlaces places;
  private final Suppressions suppressions;
  private final LockOrder locks;

  /** Guarded by itself; in the order in which they were found. */
  private final Map<List<SourceFrame>, MisuseReport> reports = new LinkedHashMap<>();

  LockMisuses(CodePlaces places, Suppressions suppressions, LockOrder locks) {
    this.places = places;
    this.suppressions = suppressions;
    this.locks = locks;
  }

  /**
   * The thread gives back a mutex; told before it does.
   *
   * @param word the one of its words that is about to become 0
   * @param seen what is in it
   * @param active the functions active on this thread, innermost first
   */
  void unlocks(
      ThreadClock clock,
      Holder thread,
      int mutex,
      int word,
      long seen,
      Supplier<List<SourceFrame>> active) {
    locks
        .wrongUnlock(thread, word, seen)
        .ifPresent(wrong -> add(clock, mutex, false, wrong.holder(), active));
  }

  /** The thread calls a function of its library, which may destroy a lock. */
  void called(
      ThreadClock clock, LibraryFunction function, int first, Supplier<List<SourceFrame>> active) {
    Optional<String> holder =
        switch (function) {
          case DESTROY_MUTEX -> locks.holderWithin(first, WORDS_OF_MUTEX);
          case DESTROY_READ_OR_WRITE -> locks.holderOfShared(first);
          default -> Optional.empty();
        };
    if (holder.isPresent()) {
      add(clock, first, true, holder, active);
    }
  }

  private void add(
      ThreadClock clock,
      int lock,
      boolean destroys,
      Optional<String> holder,
      Supplier<List<SourceFrame>> active) {
    List<SourceFrame> frames = active.get();
    var object = new AccessedObject(places.variableAt(lock), Optional.empty());
    var report = new MisuseReport(lock, object, clock.name(), destroys, holder, frames);
    if (!report.isIn(suppressions)) {
      synchronized (reports) {
        reports.putIfAbsent(frames, report);
      }
    }
  }

  /** All of them, the first one found first. */
  List<MisuseReport> reports() {
    synchronized (reports) {
      return List.copyOf(reports.values());
    }
  }
}
