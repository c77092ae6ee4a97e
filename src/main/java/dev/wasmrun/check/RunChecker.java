package dev.wasmrun.check;

import dev.wasmrun.check.lock.Frame;
import dev.wasmrun.check.lock.Holder;
import dev.wasmrun.check.lock.Inversion;
import dev.wasmrun.check.lock.LockOrder;
import dev.wasmrun.check.lock.StaleWrite;
import dev.wasmrun.check.lock.StaleWrites;
import dev.wasmrun.check.lock.Taking;
import dev.wasmrun.check.race.Race;
import dev.wasmrun.check.race.RaceDetector;
import dev.wasmrun.check.race.ThreadClock;
import dev.wasmrun.check.race.Trespass;
import dev.wasmrun.crew.RunObserver;
import dev.wasmrun.engine.ActiveFunction;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.AccessLocation;
import dev.wasmrun.memory.LibraryFunction;
import dev.wasmrun.memory.UpdateKind;
import dev.wasmrun.memory.WaitResult;
import dev.wasmrun.module.WaitingFunctions;
import dev.wasmrun.source.SourceFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a run does, told to the detectors in their terms. */
final class RunChecker implements RunObserver {
  private static final int OFFSET_BITS = 32;
  private static final long OFFSET = (1L << OFFSET_BITS) - 1;

  /** Threads that a program leaves behind race, too. */
  private static final Duration PATIENCE_AT_EXIT = Duration.ofSeconds(1);

  /** The most that a thread waits for one that it has started to do something. */
  private static final Duration HEAD_START = Duration.ofMillis(100);

  private final CodePlaces places;
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

  /** The crew's threads, from before they start. */
  private final Map<Thread, Member> members = new ConcurrentHashMap<>();

  private final Set<Thread> ended = ConcurrentHashMap.newKeySet();

  /** Those of the crew. */
  private final ThreadLocal<Actor> actors = new ThreadLocal<>();

  /**
   * Those that meet the run, and outlive it: as thread-local values, which lead to the key, they
   * would keep it for as long as they live.
   */
  private final Map<Thread, Actor> outsiders = new ConcurrentHashMap<>();

  /** A thread as each of the detectors sees it. */
  private record Member(ThreadClock clock, Holder holder, CountDownLatch active) {
    Member(ThreadClock clock, Holder holder) {
      this(clock, holder, new CountDownLatch(1));
    }
  }

  /** A thread of this run, or one that meets it; used by that thread alone. */
  private final class Actor {
    private final ThreadClock clock;
    private final Holder holder;
    private final AccessLocation location = AccessLocation.current();
    private final LibraryScope scope = new LibraryScope();
    private final Allocations allocations;
    private final LockCalls lockCalls;

    // The code that made the latest access, and its place, of which only the offset changes.
    private Object code;
    private boolean inStream;
    private long codePlace;
    private LibraryCode library;

    Actor(Member member) {
      this.clock = member.clock();
      this.holder = member.holder();
      this.lockCalls = new LockCalls(clock, detector, holder, locks);
      this.allocations = new Allocations(clock, detector, errors);
    }

    long place() {
      Object current = location.code();
      if (current == null) {
        return places.ofJava();
      }
      if (current != code || inStream != scope.isInStream()) {
        code = current;
        inStream = scope.isInStream();
        codePlace = places.of(current, inStream);
        library = current instanceof Guest guest ? places.libraryOf(guest) : null;
      }
      return codePlace | location.offset() & OFFSET;
    }

    /** Whether what it does concerns nobody but its library. */
    boolean isPrivate() {
      return scope.isPrivate() && !scope.isInStream() || lockCalls.isInside();
    }

    /** Whether its atomic accesses order threads, as far as they are not waits. */
    boolean ordersOthers() {
      return !scope.ordersNobody() && !lockCalls.isInside();
    }

    /** Whether the place it has told last is in code of a C library. */
    boolean isInLibrary() {
      return library != null && library.contains(location.offset());
    }

    /** Whether that place is where the thread does what others have asked for. */
    boolean doesErrands() {
      return library != null && library.doesErrands(location.offset());
    }

    /** Whether that place is in a function of the library that waits for the end of a thread. */
    boolean isInJoin() {
      return library != null && library.joins(location.offset());
    }
  }

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
    this.staleWrites = options.hints() ? Optional.of(new StaleWrites()) : Optional.empty();
    this.places = places;
    this.races = races;
  }

  private Actor actor() {
    Actor known = actors.get();
    return known != null ? known : actorOf(Thread.currentThread());
  }

  private Actor actorOf(Thread current) {
    Member member = members.get(current);
    if (member == null) {
      return outsiders.computeIfAbsent(current, this::outsider);
    }
    member.active().countDown();
    var actor = new Actor(member);
    actors.set(actor);
    return actor;
  }

  private Actor outsider(Thread thread) {
    return new Actor(new Member(detector.outsider(thread.getName()), locks.root(thread.getName())));
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
    return actor().location.code() instanceof Guest guest ? guest.activeFrames() : List.of();
  }

  private List<Frame> activeFrames() {
    if (!(actor().location.code() instanceof Guest guest)) {
      return List.of();
    }
    WaitingFunctions functions = guest.module().waitingFunctions();
    List<ActiveFunction> active = guest.activeFunctions();
    long code = places.of(guest, false);
    var frames = new ArrayList<Frame>();
    for (int i = 0; i < active.size(); i++) {
      int function = active.get(i).index();
      boolean repeats = i > 0 && functions.repeats(function, active.get(i - 1).index());
      frames.add(
          new Frame(
              guest.module().functionName(function),
              repeats || functions.waits(function),
              code | active.get(i).offset() & OFFSET));
    }
    return frames;
  }

  // Threads.

  @Override
  public void onSpawn(Thread started) {
    Actor actor = actor();
    String name = started.getName();
    members.put(
        started,
        new Member(
            detector.spawn(actor.clock, name, actor.place()), locks.spawn(actor.holder, name)));
  }

  /**
   * Waits until the other one does something: its start takes longer than many a program goes on,
   * and two threads that do not run at a time may be ordered by accident.
   */
  @Override
  public void onStarted(Thread started) {
    if (!members.containsKey(Thread.currentThread())) {
      return; // the first of all
    }
    try {
      members.get(started).active().await(HEAD_START.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onEnd() {
    Actor actor = actor();
    detector.end(actor.clock);
    locks.end(actor.holder);
    ended.add(Thread.currentThread());
  }

  @Override
  public void onJoined(Thread awaited) {
    if (ended.contains(awaited)) { // else the wait for it was interrupted
      Actor actor = actor();
      Member member = members.get(awaited);
      detector.join(actor.clock, member.clock(), actor.place());
      locks.join(actor.holder, member.holder());
    }
  }

  @Override
  public void onRelease(Object object) {
    Actor actor = actor();
    detector.release(actor.clock, object, actor.place());
    locks.release(actor.holder, object);
  }

  @Override
  public void onAcquire(Object object) {
    Actor actor = actor();
    detector.acquire(actor.clock, object, actor.place());
    locks.acquire(actor.holder, object);
  }

  @Override
  public void onStackGone(int from, int end) {
    if (trusting && separate) {
      Actor actor = actor();
      errors.heap().stackGone(from, end, actor.clock.name());
      detector.abandonSeen(actor.clock, from, end - from, actor.place());
    }
  }

  @Override
  public void onCleanUp(Object of) {
    if (trusting && separate) {
      actor().scope.enter(LibraryFunction.PRIVATE);
    } else {
      onAcquire(of);
    }
  }

  @Override
  public void onCleanedUp() {
    if (trusting && separate) {
      actor().scope.leave(LibraryFunction.PRIVATE, 0);
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
      Actor actor = actor();
      long place = actor.place();
      boolean program = !actor.isInLibrary();
      actor.allocations.called(function, first, second, place, program, this::activeFunctions);
      if (program && !actor.isPrivate()) {
        meetings.called(actor.clock, function, first, place);
        misuses.called(actor.clock, function, first, this::activeFunctions);
      }
      actor.scope.enter(function);
      actor.lockCalls.called(function, first, place, actor.doesErrands());
    }
  }

  @Override
  public void onReturn(LibraryFunction function, int result) {
    if (trusting && separate) {
      Actor actor = actor();
      actor.scope.leave(function, result);
      actor.lockCalls.returned(function, result, this::activeFrames);
      actor.allocations.returned(function, result);
    }
  }

  // Memory.

  @Override
  public void onLoad(int address, int width, boolean atomic, long value) {
    Actor actor = actor();
    if (!atomic) {
      load(actor, address, width);
    } else if (actor.ordersOthers()) {
      long place = actor.place();
      if (actor.lockCalls.isInMutex()) {
        detector.unordered(actor.clock, address, width, false, place);
      } else {
        detector.atomicLoad(actor.clock, address, width, place);
      }
      locks.load(actor.holder, address, width, value, place, this::activeFrames);
    } else if (actor.scope.isPrivate()) {
      detector.withinLibrary(actor.clock, address, true, false);
    }
  }

  private void load(Actor actor, int address, int width) {
    if (actor.isPrivate()) {
      return;
    }
    long place = actor.place();
    boolean word = width == Integer.BYTES && address % Integer.BYTES == 0;
    if (actor.lockCalls.isInMutex()) {
      detector.unordered(actor.clock, address, width, false, place);
    } else if (trusting && word && (!separate || actor.isInLibrary())) {
      detector.volatileLoad(actor.clock, address, width, place);
      if (separate && actor.isInJoin()) {
        locks.volatileLoad(actor.holder, address, width);
      }
    } else {
      detector.plain(actor.clock, address, width, false, place);
      staleWrites.ifPresent(hints -> hints.read(actor.holder, address, place));
    }
  }

  @Override
  public void onStore(int address, int width, boolean atomic, long value) {
    Actor actor = actor();
    if (!atomic) {
      if (!actor.isPrivate()) {
        long place = actor.place();
        detector.plain(actor.clock, address, width, true, place);
        staleWrites.ifPresent(hints -> hints.write(actor.holder, address, place));
      }
    } else if (actor.ordersOthers()) {
      detector.atomicStore(actor.clock, address, width, actor.place());
      locks.store(actor.holder, address, width, value);
    } else if (actor.scope.isPrivate()) {
      detector.withinLibrary(actor.clock, address, false, true);
    }
  }

  @Override
  public void onUpdate(int address, int width, long seen, long stored, UpdateKind kind) {
    Actor actor = actor();
    if (actor.ordersOthers()) {
      long place = actor.place();
      if (stored == 0) {
        actor
            .lockCalls
            .mutexGiven()
            .ifPresent(
                mutex ->
                    misuses.unlocks(
                        actor.clock, actor.holder, mutex, address, seen, this::activeFunctions));
      }
      if (actor.lockCalls.isOfErrands()) {
        errands.looks(actor.clock, address, width, place);
      } else if (actor.lockCalls.isInMutex() && (seen != 0 || stored == 0)) {
        detector.unordered(actor.clock, address, width, true, place);
      } else {
        if (actor.lockCalls.isInMutex()) {
          errands.takes(actor.clock, address, place);
        }
        detector.atomicUpdate(actor.clock, address, width, place);
      }
      Taking taking = actor.lockCalls.mutex();
      locks.update(
          actor.holder, address, width, seen, stored, kind, taking, place, this::activeFrames);
    } else if (actor.scope.isPrivate()) {
      detector.withinLibrary(actor.clock, address, true, true);
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
    Actor actor = actor();
    if (length != 0 && !actor.isPrivate()) {
      detector.plain(actor.clock, address, length, writes, actor.place());
    }
  }

  @Override
  public void onWaitEnded(int address, int width, WaitResult result) {
    Actor actor = actor();
    if (actor.isPrivate()) {
      return;
    }
    boolean woken = result == WaitResult.WOKEN;
    if (!actor.lockCalls.isInMutex()) {
      detector.waited(actor.clock, address, width, woken, actor.place());
    }
    locks.look(actor.holder, address, width);
    if (woken) {
      locks.woken(actor.holder, address);
    }
  }

  @Override
  public void beforeNotify(int address, int count) {
    Actor actor = actor();
    if (!actor.isPrivate()) {
      detector.notify(actor.clock, address, actor.place());
      locks.notify(actor.holder, address);
    }
  }

  @Override
  public void onGrow(int before, int after) {
    Actor actor = actor();
    if (!actor.isPrivate()) {
      detector.grow(actor.clock, actor.place());
    }
  }
}
