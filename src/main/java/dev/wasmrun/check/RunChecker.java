package dev.wasmrun.check;

import dev.wasmrun.check.race.Race;
import dev.wasmrun.check.race.RaceDetector;
import dev.wasmrun.check.race.ThreadClock;
import dev.wasmrun.crew.RunObserver;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.WaitResult;
import dev.wasmrun.memory.Whereabouts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a run does, told to the detectors in their terms. */
final class RunChecker implements RunObserver {
  private static final int OFFSET_BITS = 32;
  private static final long OFFSET = (1L << OFFSET_BITS) - 1;

  private final CodePlaces places;
  private final Races races;
  private final RaceDetector detector;

  /** The crew's threads, from before they start. */
  private final Map<Thread, ThreadClock> members = new ConcurrentHashMap<>();

  private final Set<Thread> ended = ConcurrentHashMap.newKeySet();
  private final ThreadLocal<Actor> actors = ThreadLocal.withInitial(this::actor);

  /** A thread of this run, or one that meets it; used by that thread alone. */
  private final class Actor {
    private final ThreadClock clock;
    private final Whereabouts whereabouts = Whereabouts.current();

    // The code that made the latest access, and its place, of which only the offset changes.
    private Object code;
    private long codePlace;

    Actor(ThreadClock clock) {
      this.clock = clock;
    }

    long place() {
      Object current = whereabouts.code();
      if (current == null) {
        return places.ofJava();
      }
      if (current != code) {
        code = current;
        codePlace = places.of(current);
      }
      return codePlace | whereabouts.offset() & OFFSET;
    }
  }

  RunChecker(CodePlaces places, Races races, boolean volatileLoads) {
    this.detector = new RaceDetector(this::found, volatileLoads);
    this.places = places;
    this.races = races;
  }

  private Actor actor() {
    Thread current = Thread.currentThread();
    ThreadClock member = members.get(current);
    return new Actor(member == null ? detector.outsider(current.getName()) : member);
  }

  private void found(Race race) {
    races.add(race, this::activeFunctions);
  }

  private List<String> activeFunctions() {
    return actors.get().whereabouts.code() instanceof Guest guest
        ? guest.activeFunctions()
        : List.of();
  }

  // Threads.

  @Override
  public void onSpawn(Thread started) {
    Actor actor = actors.get();
    members.put(started, detector.spawn(actor.clock, started.getName(), actor.place()));
  }

  @Override
  public void onEnd() {
    detector.end(actors.get().clock);
    ended.add(Thread.currentThread());
  }

  @Override
  public void onJoined(Thread awaited) {
    if (ended.contains(awaited)) { // else the wait for it was interrupted
      Actor actor = actors.get();
      detector.join(actor.clock, members.get(awaited), actor.place());
    }
  }

  @Override
  public void onRelease(Object object) {
    Actor actor = actors.get();
    detector.release(actor.clock, object, actor.place());
  }

  @Override
  public void onAcquire(Object object) {
    Actor actor = actors.get();
    detector.acquire(actor.clock, object, actor.place());
  }

  // Memory.

  @Override
  public void onLoad(int address, int width, boolean atomic, long value) {
    Actor actor = actors.get();
    if (atomic) {
      detector.atomicLoad(actor.clock, address, width, actor.place());
    } else {
      detector.plain(actor.clock, address, width, false, actor.place());
    }
  }

  @Override
  public void onStore(int address, int width, boolean atomic, long value) {
    Actor actor = actors.get();
    if (atomic) {
      detector.atomicStore(actor.clock, address, width, actor.place());
    } else {
      detector.plain(actor.clock, address, width, true, actor.place());
    }
  }

  @Override
  public void onUpdate(int address, int width, long seen, long stored) {
    Actor actor = actors.get();
    detector.atomicUpdate(actor.clock, address, width, actor.place());
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
    if (length != 0) {
      Actor actor = actors.get();
      detector.plain(actor.clock, address, length, writes, actor.place());
    }
  }

  @Override
  public void onWaitEnded(int address, int width, WaitResult result) {
    Actor actor = actors.get();
    detector.waited(actor.clock, address, width, result == WaitResult.WOKEN, actor.place());
  }

  @Override
  public void beforeNotify(int address, int count) {
    Actor actor = actors.get();
    detector.notify(actor.clock, address, actor.place());
  }

  @Override
  public void onGrow(int before, int after) {
    Actor actor = actors.get();
    detector.grow(actor.clock, actor.place());
  }
}
