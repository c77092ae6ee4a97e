package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.RunObserver;
import dev.wasmrun.engine.ActiveFunction;
import dev.wasmrun.engine.Backtraces;
import dev.wasmrun.memory.LibraryFunction;
import dev.wasmrun.memory.MemoryContents;
import dev.wasmrun.memory.ReservationPool;
import dev.wasmrun.memory.UpdateKind;
import dev.wasmrun.memory.WaitResult;
import dev.wasmrun.memory.WaitingRoom;
import dev.wasmrun.source.SourceFrame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The observer of a controlled run: whatever a thread is about to do becomes a step of the
 * scheduler's, whatever it has done a line in the journal and news for a further observer.
 */
final class Control implements RunObserver {
  private final Scheduler scheduler;
  private final VirtualClockAndRandomness time;
  private final Journal journal;
  private final SwitchPoints points;
  private final RunObserver further;
  private final Function<ActiveFunction, List<SourceFrame>> frames;
  private final ReservationPool reservations;
  private final boolean hidesLibrary;
  private final Optional<SharedSteps> sharing;

  /**
   * Creates the observer of one run.
   *
   * @param further told of everything, too; a race detector, for example
   * @param frames as what an active function is shown in the journal
   * @param reservations where the run's memory comes from
   * @param hidesLibrary whether what a C library does for itself is no step
   * @param sharing which plain accesses are steps; empty if all are
   */
  Control(
      Scheduler scheduler,
      VirtualClockAndRandomness time,
      Journal journal,
      SwitchPoints points,
      RunObserver further,
      Function<ActiveFunction, List<SourceFrame>> frames,
      ReservationPool reservations,
      boolean hidesLibrary,
      Optional<SharedSteps> sharing) {
    this.scheduler = scheduler;
    this.time = time;
    this.journal = journal;
    this.points = points;
    this.further = further;
    this.frames = frames;
    this.reservations = reservations;
    this.hidesLibrary = hidesLibrary;
    this.sharing = sharing;
  }

  @Override
  public Optional<ReservationPool> reservations() {
    return Optional.of(reservations);
  }

  @Override
  public WaitingRoom waitingRoom(MemoryContents contents, WaitingRoom usual) {
    scheduler.attach(contents);
    return new ControlledWaits(scheduler, time, journal, contents, usual);
  }

  /** The current thread is about to hand over results. */
  void outputs(String text) {
    announce(new StepOperation(StepOperation.Kind.HOST));
    scheduler.changed();
    tell("prints \"%s\"", text.replace("\n", "\\n"));
  }

  private void announce(StepOperation op) {
    ControlledThread self = scheduler.selfOrStopped();
    if (self != null) {
      scheduler.announce(self, op);
    }
  }

  private void tell(String format, Object... values) {
    tell(Optional.empty(), format, values);
  }

  private void tell(int address, long value, String format, Object... values) {
    tell(Optional.of(new Interleaving.Word(address, value)), format, values);
  }

  private void tell(Optional<Interleaving.Word> word, String format, Object... values) {
    if (journal.wantsDetails()) {
      ControlledThread self = scheduler.self();
      if (self != null) {
        List<SourceFrame> active =
            Backtraces.activeFunctions().stream()
                .flatMap(function -> frames.apply(function).stream())
                .toList();
        journal.detail(self, new Event.Detail(active, format.formatted(values), word));
      }
    }
  }

  @Override
  public void before(int address, int length, Access access) {
    ControlledThread self = scheduler.selfOrStopped();
    boolean plain = access == Access.LOAD || access == Access.STORE;
    if (!plain || points == SwitchPoints.ALL && isStep(address, length, access)) {
      if (self != null && !(hidesLibrary && self.library().ordersNobody())) {
        scheduler.announce(self, new StepOperation(kind(access), address, length));
        if (access == Access.STORE) {
          scheduler.buffer(self, address, length);
        }
        if (access == Access.STORE || access == Access.ATOMIC_STORE) {
          scheduler.noteWhatIsThere(address, length);
        }
      }
    }
    further.before(address, length, access);
  }

  /** Whether others could notice a plain access, as far as is known. */
  private boolean isStep(int address, int length, Access access) {
    ControlledThread self = scheduler.self();
    return sharing.isEmpty()
        || self == null
        || sharing.get().isStep(self.number(), address, length, access == Access.STORE);
  }

  private static StepOperation.Kind kind(Access access) {
    return switch (access) {
      case LOAD -> StepOperation.Kind.LOAD;
      case STORE -> StepOperation.Kind.STORE;
      case ATOMIC_LOAD -> StepOperation.Kind.ATOMIC_LOAD;
      case ATOMIC_STORE -> StepOperation.Kind.ATOMIC_STORE;
      case UPDATE -> StepOperation.Kind.UPDATE;
    };
  }

  @Override
  public void beforeCopy(int to, int from, int length) {
    // Both are asked: who accesses what is noted on the way.
    boolean reads = isStep(from, length, Access.LOAD);
    boolean writes = isStep(to, length, Access.STORE);
    if (points == SwitchPoints.ALL && (reads || writes)) {
      announce(new StepOperation(StepOperation.Kind.COPY, to, length, from));
    }
    further.beforeCopy(to, from, length);
  }

  @Override
  public void beforeFence() {
    announce(new StepOperation(StepOperation.Kind.FENCE));
    further.beforeFence();
  }

  @Override
  public void beforeSize() {
    announce(new StepOperation(StepOperation.Kind.SIZE));
    further.beforeSize();
  }

  @Override
  public void beforeGrow() {
    announce(new StepOperation(StepOperation.Kind.GROW));
    further.beforeGrow();
  }

  @Override
  public void onLoad(int address, int width, boolean atomic, long value) {
    if (atomic || points == SwitchPoints.ALL) {
      tell(address, value, "%s 0x%x = %s", atomic ? "atomic load" : "load", address, value);
    }
    further.onLoad(address, width, atomic, value);
  }

  @Override
  public void onStore(int address, int width, boolean atomic, long value) {
    reservations.wrote(address, width);
    scheduler.stored(address, width, value);
    if (atomic || points == SwitchPoints.ALL) {
      tell(address, value, "%s 0x%x := %s", atomic ? "atomic store" : "store", address, value);
    }
    further.onStore(address, width, atomic, value);
  }

  @Override
  public void onUpdate(int address, int width, long seen, long stored) {
    onUpdate(address, width, seen, stored, UpdateKind.ARITHMETIC);
  }

  @Override
  public void onUpdate(int address, int width, long seen, long stored, UpdateKind kind) {
    reservations.wrote(address, width);
    scheduler.updated(address, seen, stored);
    tell(address, stored, "update 0x%x = %s := %s", address, seen, stored);
    further.onUpdate(address, width, seen, stored, kind);
  }

  @Override
  public void onBulkRead(int address, int length) {
    if (points == SwitchPoints.ALL) {
      tell("read %s bytes at 0x%x", length, address);
    }
    further.onBulkRead(address, length);
  }

  @Override
  public void onBulkWrite(int address, int length) {
    reservations.wrote(address, length);
    if (points == SwitchPoints.ALL) {
      tell("write %s bytes at 0x%x", length, address);
    }
    further.onBulkWrite(address, length);
  }

  @Override
  public void onFence() {
    tell("fence");
    further.onFence();
  }

  @Override
  public void onGrow(int before, int after) {
    tell("grow from %s to %s pages", before, after);
    further.onGrow(before, after);
  }

  @Override
  public void onCall(LibraryFunction function, int first, int second) {
    ControlledThread self = scheduler.selfOrStopped();
    if (self != null) {
      self.library().enter(function);
    }
    further.onCall(function, first, second);
  }

  @Override
  public void onReturn(LibraryFunction function, int result) {
    ControlledThread self = scheduler.selfOrStopped();
    if (self != null) {
      self.library().leave(function, result);
    }
    further.onReturn(function, result);
  }

  @Override
  public void onStackGone(int from, int end) {
    further.onStackGone(from, end);
  }

  @Override
  public void onWait(int address, int width, long expected, long timeoutNanos) {
    further.onWait(address, width, expected, timeoutNanos);
  }

  @Override
  public void onWaitEnded(int address, int width, WaitResult result) {
    tell(
        switch (result) {
          case WOKEN -> "woken at 0x%x";
          case NOT_EQUAL -> "wait 0x%x: another value";
          case TIMED_OUT -> "wait 0x%x: timed out";
        },
        address);
    further.onWaitEnded(address, width, result);
  }

  @Override
  public void beforeNotify(int address, int count) {
    ControlledThread self = scheduler.selfOrStopped();
    if (self != null && !(hidesLibrary && self.library().isPrivate())) {
      scheduler.announce(self, new StepOperation(StepOperation.Kind.NOTIFY, address, 0));
    }
    further.beforeNotify(address, count);
  }

  @Override
  public void onNotify(int address, int count, int woken) {
    tell("notify 0x%x: %s woken", address, woken);
    further.onNotify(address, count, woken);
  }

  @Override
  public void onSpawn(Thread started) {
    scheduler.spawned(started);
    further.onSpawn(started);
  }

  @Override
  public void onBegin() {
    scheduler.begun();
    further.onBegin();
  }

  @Override
  public void onFailure(Throwable failure) {
    scheduler.failed(failure);
    further.onFailure(failure);
  }

  @Override
  public void onEnd() {
    further.onEnd();
    scheduler.finished();
  }

  @Override
  public void onJoin(Thread awaited) {
    ControlledThread self = scheduler.selfOrStopped();
    ControlledThread other = scheduler.of(awaited);
    if (self != null && other != null) {
      self.await(other);
      scheduler.proceed(self);
      tell("sees the end of %s", awaited.getName());
    }
    further.onJoin(awaited);
  }

  @Override
  public void onJoined(Thread awaited) {
    further.onJoined(awaited);
  }

  @Override
  public void onRelease(Object object) {
    further.onRelease(object);
  }

  @Override
  public void onCleanUp(Object of) {
    ControlledThread self = scheduler.selfOrStopped();
    if (self != null) {
      self.library().enter(LibraryFunction.PRIVATE);
    }
    further.onCleanUp(of);
  }

  @Override
  public void onCleanedUp() {
    ControlledThread self = scheduler.selfOrStopped();
    if (self != null) {
      self.library().leave(LibraryFunction.PRIVATE, 0);
    }
    further.onCleanedUp();
  }

  /** Not passed on: who waited for the other thread here would do so for its turn, in vain. */
  @Override
  public void onStarted(Thread started) {}

  /** None: schedules in which others get on before the exit are schedules of their own. */
  @Override
  public Duration patienceAtExit() {
    return Duration.ZERO;
  }

  @Override
  public void onAcquire(Object object) {
    further.onAcquire(object);
  }
}
