package dev.wasmrun.check;

import dev.wasmrun.check.lock.Frame;
import dev.wasmrun.check.lock.Holder;
import dev.wasmrun.check.race.ThreadClock;
import dev.wasmrun.engine.ActiveFunction;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.AccessLocation;
import dev.wasmrun.module.WaitingFunctions;
import dev.wasmrun.source.SourceFrame;
import java.util.ArrayList;
import java.util.List;

/** A thread of a checked run, or one that meets it: where it is; used by that thread alone. */
final class CheckedThread {
  private static final long OFFSET = (1L << CodePlaces.OFFSET_BITS) - 1;

  private final CodePlaces places;
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

  /**
   * A thread that is the current one.
   *
   * @param clock as the race detector sees it
   * @param holder as the lock checker sees it
   */
  CheckedThread(
      CodePlaces places,
      ThreadClock clock,
      Holder holder,
      Allocations allocations,
      LockCalls lockCalls) {
    this.places = places;
    this.clock = clock;
    this.holder = holder;
    this.allocations = allocations;
    this.lockCalls = lockCalls;
  }

  ThreadClock clock() {
    return clock;
  }

  Holder holder() {
    return holder;
  }

  /** What of the C library it is in. */
  LibraryScope scope() {
    return scope;
  }

  Allocations allocations() {
    return allocations;
  }

  LockCalls lockCalls() {
    return lockCalls;
  }

  /** Where its latest access is, as {@link CodePlaces} numbers places. */
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

  /** Its functions as reports show them, innermost first. */
  List<SourceFrame> activeFunctions() {
    return location.code() instanceof Guest guest ? guest.activeFrames() : List.of();
  }

  /** The same as the lock checker needs them. */
  List<Frame> activeFrames() {
    if (!(location.code() instanceof Guest guest)) {
      return List.of();
    }
    WaitingFunctions functions = guest.module().waitingFunctions();
    List<ActiveFunction> active = guest.activeFunctions();
    long guestCode = places.of(guest, false);
    var frames = new ArrayList<Frame>();
    for (int i = 0; i < active.size(); i++) {
      int function = active.get(i).index();
      boolean repeats = i > 0 && functions.repeats(function, active.get(i - 1).index());
      frames.add(
          new Frame(
              guest.module().functionName(function),
              repeats || functions.waits(function),
              guestCode | active.get(i).offset() & OFFSET));
    }
    return frames;
  }
}
