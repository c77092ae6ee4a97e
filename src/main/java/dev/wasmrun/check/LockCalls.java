package dev.wasmrun.check;

import dev.wasmrun.check.lock.Frame;
import dev.wasmrun.check.lock.Holder;
import dev.wasmrun.check.lock.LockOrder;
import dev.wasmrun.check.lock.Taking;
import dev.wasmrun.check.race.RaceDetector;
import dev.wasmrun.check.race.ThreadClock;
import dev.wasmrun.memory.LibraryFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The locks that one thread takes and gives back by functions of its library. Those for readers and
 * writers are known by these calls only: how their words change would not tell that they are locks,
 * and would order readers, who count themselves.
 *
 * <p>Used by that thread alone.
 */
final class LockCalls {
  private final ThreadClock clock;
  private final RaceDetector detector;
  private final Holder holder;
  private final LockOrder locks;

  /** The locks for readers and writers that it holds, and whether as a reader. */
  private final Map<Integer, Boolean> asReader = new HashMap<>();

  private int nested;
  private int mutexes;
  private int mutexesGiven;
  private Taking mutex = Taking.UNKNOWN;

  // Of the outermost call that takes or gives back a mutex.
  private boolean errand;
  private int mutexAddress;

  // Of the outermost call about a lock for readers and writers.
  private int address;
  private boolean shared;
  private boolean attempt;
  private long place;

  /** What readers have released to, and what writers have. */
  private record Channel(int address, boolean readers) {}

  LockCalls(ThreadClock clock, RaceDetector detector, Holder holder, LockOrder locks) {
    this.clock = clock;
    this.detector = detector;
    this.holder = holder;
    this.locks = locks;
  }

  /** Whether the thread is in a function whose atomic accesses say nothing about the lock. */
  boolean isInside() {
    return nested > 0;
  }

  /**
   * Whether the thread is in a function that takes a mutex: of what it does there, only that it
   * takes it orders threads, not that it looks at the mutex or counts itself among those who wait.
   */
  boolean isInMutex() {
    return mutexes > 0;
  }

  /** The mutex that the thread gives back now; empty if it does not. */
  Optional<Integer> mutexGiven() {
    return mutexesGiven == 0 ? Optional.empty() : Optional.of(mutexAddress);
  }

  /**
   * Whether the thread takes or gives back the mutex of the calls that others have queued for it,
   * to see whether there are any.
   */
  boolean isOfErrands() {
    return errand && (mutexes | mutexesGiven) != 0;
  }

  /** How the thread takes a mutex now, as far as the function tells that it has called. */
  Taking mutex() {
    return mutexes == 0 ? Taking.UNKNOWN : mutex;
  }

  /**
   * The thread calls a function of its library.
   *
   * @param from where it does
   * @param doesErrands whether that is where it does what others have asked for
   */
  void called(LibraryFunction function, int first, long from, boolean doesErrands) {
    switch (function) {
      case UNLOCK_MUTEX -> {
        if (mutexesGiven++ == 0) {
          mutexAddress = first;
          errand = doesErrands;
        }
      }
      case LOCK_MUTEX, TRY_MUTEX -> {
        if (mutexes++ == 0) {
          errand = doesErrands;
          mutex = function == LibraryFunction.LOCK_MUTEX ? Taking.WAITING : Taking.ATTEMPT;
        }
      }
      case READ_LOCK -> begin(first, true, false, from);
      case WRITE_LOCK -> begin(first, false, false, from);
      case TRY_READ_LOCK -> begin(first, true, true, from);
      case TRY_WRITE_LOCK -> begin(first, false, true, from);
      case UNLOCK_READ_OR_WRITE -> {
        if (nested++ == 0) {
          gives(first, from);
        }
      }
      default -> {}
    }
  }

  private void begin(int lock, boolean reads, boolean tries, long from) {
    if (nested++ == 0) {
      address = lock;
      shared = reads;
      attempt = tries;
      place = from;
    }
  }

  private void gives(int lock, long from) {
    locks.gives(holder, lock);
    Boolean reader = asReader.remove(lock);
    // If it was taken in a way that was not told, anybody may come after this.
    if (reader == null || !reader) {
      detector.release(clock, new Channel(lock, false), from);
    }
    if (reader == null || reader) {
      detector.release(clock, new Channel(lock, true), from);
    }
  }

  /** The thread has returned from it. */
  void returned(LibraryFunction function, int result, Supplier<List<Frame>> active) {
    switch (function) {
      case UNLOCK_MUTEX -> mutexesGiven--;
      case LOCK_MUTEX, TRY_MUTEX -> mutexes--;
      case READ_LOCK, WRITE_LOCK, TRY_READ_LOCK, TRY_WRITE_LOCK -> {
        if (--nested == 0 && result == 0) {
          asReader.put(address, shared);
          detector.acquire(clock, new Channel(address, false), place);
          if (!shared) {
            detector.acquire(clock, new Channel(address, true), place);
          }
          locks.takes(holder, address, shared, !attempt, place, active);
        }
      }
      case UNLOCK_READ_OR_WRITE -> nested--;
      default -> {}
    }
  }
}
