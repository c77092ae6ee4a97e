package dev.wasmrun.check;

import dev.wasmrun.check.lock.Frame;
import dev.wasmrun.check.lock.Inversion;
import dev.wasmrun.check.lock.LockOrder;
import dev.wasmrun.check.lock.StaleWrite;
import dev.wasmrun.check.lock.StaleWrites;
import dev.wasmrun.check.lock.Taking;
import dev.wasmrun.check.race.Race;
import dev.wasmrun.check.race.RaceDetector;
import dev.wasmrun.check.race.Trespass;
import dev.wasmrun.crew.RunObserver;
import dev.wasmrun.memory.LibraryFunction;
import dev.wasmrun.memory.UpdateKind;
import dev.wasmrun.memory.WaitResult;
import dev.wasmrun.source.SourceFrame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a run does, told to the detectors in their terms. */
final class RunChecker implements RunObserver {
  /** Threads that a program leaves behind race, too. */
  private static final Duration PATIENCE_AT_EXIT = Duration.ofSeconds(1);

  private final Races races;
  private final MemoryErrors errors;
  private final boolean trusting;
  private final boolean separate;
  private final RaceDetector detector;
  private final LockOrder locks;
  private final LockMisuses misuses;
  private final MeetingPlaces meetings;
  private final ErrandLock errands;

  /** Empty unless hints are wanted. */
  private final Optional<StaleWrites> staleWrites;

  private final CheckedThreads threads;

  RunChecker(
      CodePlaces places,
      Races races,
      MemoryErrors errors,
      Suppressions suppressions,
      CheckOptions options) {
    this.detector = new RaceDetector(this::found, this::trespassed);
    this.trusting = options.cLibrary();
    this.separate = options.separate();
    this.errors = errors;
    this.locks = new LockOrder(options.locks());
    this.misuses = new LockMisuses(places, suppressions, locks);
    this.meetings = new MeetingPlaces(detector);
    this.errands = new ErrandLock(detector);
    this.threads = new CheckedThreads(places, detector, locks, errors);
    this.staleWrites = options.hints() ? Optional.of(new StaleWrites()) : Optional.empty();
    this.races = races;
  }

  /** The locks given back or destroyed so far as they must not be. */
  List<MisuseReport> lockMisuses() {
    return misuses.reports();
  }

  /** The circles in which locks were taken so far. */
  List<Inversion> inversions() {
    return locks.inversions();
  }

  /** The writes so far that may depend on what was read before the lock was given back. */
  List<StaleWrite> staleWrites() {
    return staleWrites.map(StaleWrites::found).orElse(List.of());
  }

  private void found(Race race) {
    races.add(race, this::activeFunctions);
  }

  private void trespassed(Trespass trespass) {
    errors.add(trespass, this::activeFunctions);
  }

  private List<SourceFrame> activeFunctions() {
    return threads.current().activeFunctions();
  }

  private List<Frame> activeFrames() {
    return threads.current().activeFrames();
  }

  // Threads.

  @Override
  public void onSpawn(Thread started) {
    threads.spawned(started);
  }

  @Override
  public void onStarted(Thread started) {
    threads.awaitFirstStep(started);
  }

  @Override
  public void onEnd() {
    threads.ended();
  }

  @Override
  public void onJoined(Thread awaited) {
    threads.joined(awaited);
  }

  @Override
  public void onRelease(Object object) {
    CheckedThread thread = threads.current();
    detector.release(thread.clock(), object, thread.place());
    locks.release(thread.holder(), object);
  }

  @Override
  public void onAcquire(Object object) {
    CheckedThread thread = threads.current();
    detector.acquire(thread.clock(), object, thread.place());
    locks.acquire(thread.holder(), object);
  }

  @Override
  public void onStackGone(int from, int end) {
    if (trusting && separate) {
      CheckedThread thread = threads.current();
      errors.heap().stackGone(from, end, thread.clock().name());
      detector.abandonSeen(thread.clock(), from, end - from, thread.place());
    }
  }

  @Override
  public void onCleanUp(Object of) {
    if (trusting && separate) {
      threads.current().scope().enter(LibraryFunction.PRIVATE);
    } else {
      onAcquire(of);
    }
  }

  @Override
  public void onCleanedUp() {
    if (trusting && separate) {
      threads.current().scope().leave(LibraryFunction.PRIVATE, 0);
    }
  }

  @Override
  public Duration patienceAtExit() {
    return PATIENCE_AT_EXIT;
  }

  // The C library.

  @Override
  public void onCall(LibraryFunction function, int first, int second) {
    if (trusting && separate) {
      CheckedThread thread = threads.current();
      long place = thread.place();
      boolean program = !thread.isInLibrary();
      thread.allocations().called(function, first, second, place, program, this::activeFunctions);
      if (program && !thread.isPrivate()) {
        meetings.called(thread.clock(), function, first, place);
        misuses.called(thread.clock(), function, first, this::activeFunctions);
      }
      thread.scope().enter(function);
      thread.lockCalls().called(function, first, place, thread.doesErrands());
    }
  }

  @Override
  public void onReturn(LibraryFunction function, int result) {
    if (trusting && separate) {
      CheckedThread thread = threads.current();
      thread.scope().leave(function, result);
      thread.lockCalls().returned(function, result, this::activeFrames);
      thread.allocations().returned(function, result);
    }
  }

  // Memory.

  @Override
  public void onLoad(int address, int width, boolean atomic, long value) {
    CheckedThread thread = threads.current();
    if (!atomic) {
      load(thread, address, width);
    } else if (thread.ordersOthers()) {
      long place = thread.place();
      if (thread.lockCalls().isInMutex()) {
        detector.unordered(thread.clock(), address, width, false, place);
      } else {
        detector.atomicLoad(thread.clock(), address, width, place);
      }
      locks.load(thread.holder(), address, width, value, place, this::activeFrames);
    } else if (thread.scope().isPrivate()) {
      detector.withinLibrary(thread.clock(), address, true, false);
    }
  }

  private void load(CheckedThread thread, int address, int width) {
    if (thread.isPrivate()) {
      return;
    }
    long place = thread.place();
    boolean word = width == Integer.BYTES && address % Integer.BYTES == 0;
    if (thread.lockCalls().isInMutex()) {
      detector.unordered(thread.clock(), address, width, false, place);
    } else if (trusting && word && (!separate || thread.isInLibrary())) {
      detector.volatileLoad(thread.clock(), address, width, place);
      if (separate && thread.isInJoin()) {
        locks.volatileLoad(thread.holder(), address, width);
      }
    } else {
      detector.plain(thread.clock(), address, width, false, place);
      staleWrites.ifPresent(hints -> hints.read(thread.holder(), address, place));
    }
  }

  @Override
  public void onStore(int address, int width, boolean atomic, long value) {
    CheckedThread thread = threads.current();
    if (!atomic) {
      if (!thread.isPrivate()) {
        long place = thread.place();
        detector.plain(thread.clock(), address, width, true, place);
        staleWrites.ifPresent(hints -> hints.write(thread.holder(), address, place));
      }
    } else if (thread.ordersOthers()) {
      detector.atomicStore(thread.clock(), address, width, thread.place());
      locks.store(thread.holder(), address, width, value);
    } else if (thread.scope().isPrivate()) {
      detector.withinLibrary(thread.clock(), address, false, true);
    }
  }

  @Override
  public void onUpdate(int address, int width, long seen, long stored, UpdateKind kind) {
    CheckedThread thread = threads.current();
    if (thread.ordersOthers()) {
      long place = thread.place();
      if (stored == 0) {
        thread
            .lockCalls()
            .mutexGiven()
            .ifPresent(
                mutex ->
                    misuses.unlocks(
                        thread.clock(),
                        thread.holder(),
                        mutex,
                        address,
                        seen,
                        this::activeFunctions));
      }
      if (thread.lockCalls().isOfErrands()) {
        errands.looks(thread.clock(), address, width, place);
      } else if (thread.lockCalls().isInMutex() && (seen != 0 || stored == 0)) {
        detector.unordered(thread.clock(), address, width, true, place);
      } else {
        if (thread.lockCalls().isInMutex()) {
          errands.takes(thread.clock(), address, place);
        }
        detector.atomicUpdate(thread.clock(), address, width, place);
      }
      Taking taking = thread.lockCalls().mutex();
      locks.update(
          thread.holder(), address, width, seen, stored, kind, taking, place, this::activeFrames);
    } else if (thread.scope().isPrivate()) {
      detector.withinLibrary(thread.clock(), address, true, true);
    }
  }

  @Override
  public void onUpdate(int address, int width, long seen, long stored) {
    onUpdate(
        address, width, seen, stored, UpdateKind.ARITHMETIC); // who does not tell takes no lock
  }

  @Override
  public void onBulkRead(int address, int length) {
    bulk(address, length, false);
  }

  @Override
  public void onBulkWrite(int address, int length) {
    bulk(address, length, true);
  }

  private void bulk(int address, int length, boolean writes) {
    CheckedThread thread = threads.current();
    if (length != 0 && !thread.isPrivate()) {
      detector.plain(thread.clock(), address, length, writes, thread.place());
    }
  }

  @Override
  public void onWaitEnded(int address, int width, WaitResult result) {
    CheckedThread thread = threads.current();
    if (thread.isPrivate()) {
      return;
    }
    boolean woken = result == WaitResult.WOKEN;
    if (!thread.lockCalls().isInMutex()) {
      detector.waited(thread.clock(), address, width, woken, thread.place());
    }
    locks.look(thread.holder(), address, width);
    if (woken) {
      locks.woken(thread.holder(), address);
    }
  }

  @Override
  public void beforeNotify(int address, int count) {
    CheckedThread thread = threads.current();
    if (!thread.isPrivate()) {
      detector.notify(thread.clock(), address, thread.place());
      locks.notify(thread.holder(), address);
    }
  }

  @Override
  public void onGrow(int before, int after) {
    CheckedThread thread = threads.current();
    if (!thread.isPrivate()) {
      detector.grow(thread.clock(), thread.place());
    }
  }
}
