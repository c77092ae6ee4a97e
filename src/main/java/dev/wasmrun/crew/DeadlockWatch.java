package dev.wasmrun.crew;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.WaitSnapshot;
import dev.wasmrun.memory.Waiter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** The search for a moment at which every member of a crew waits for another. */
final class DeadlockWatch {
  /*
   * A snapshot of the waits is consistent in itself. If all members are in it, waiting without a
   * timeout, nobody is left to wake one, and that is that.
   *
   * Some wait in slices: again and again with a timeout, looking in between whether somebody has
   * asked for something by other means than a notify. One snapshot does not tell: what was asked
   * before it may not have been seen yet, and the slice after it will. So there must be a second one
   * in which all wait as before, and in between nobody was woken, every slice has ended and the same
   * wait has begun anew. What there was to see has been seen then, and it moved nobody.
   */

  /**
   * A moment at which all members were blocked.
   *
   * @param changes the crew's count of changes before it
   * @param waits the waits of the members
   */
  private record Moment(long changes, long ended, Map<Thread, Waiter> waits) {}

  private final LinearMemory memory;
  private final WaitInsight insight;
  private final IntFunction<String> names;

  /** The first moment since which nothing but slices has ended; null if there is none. */
  private Moment first;

  /**
   * A search.
   *
   * @param names what is at an address, in words, or nothing
   */
  DeadlockWatch(LinearMemory memory, WaitInsight insight, IntFunction<String> names) {
    this.memory = memory;
    this.insight = insight;
    this.names = names;
  }

  /** A watch over other members on the same memory. */
  DeadlockWatch forOthers() {
    return new DeadlockWatch(memory, insight, names);
  }

  /**
   * The members, if they wait for one another, each with what it waits for; else nobody. Of use
   * only if the crew's count of changes is the same afterwards.
   *
   * @param members all members of the crew, in the order in which they are to be told
   * @param pauses those that wait for something else than a notify
   * @param changes the crew's count of changes
   */
  synchronized List<BlockedThread> look(
      List<GuestThread> members, Map<Thread, Pause> pauses, long changes) {
    WaitSnapshot snapshot = memory.waitSnapshot();
    Map<Thread, Waiter> waits = endlessWaits(snapshot);
    if (waits == null || !allBlocked(members, waits, pauses)) {
      first = null;
      return List.of();
    }
    var now = new Moment(changes, snapshot.ended(), waits);
    if (first == null || !continues(first, now)) {
      first = now;
    }
    return waits.values().stream().noneMatch(Waiter::timed) || allRenewed(first, now)
        ? describe(members, waits, pauses)
        : List.of();
  }

  /** Who waits without an end, by thread; null if anybody's wait will end by itself. */
  private Map<Thread, Waiter> endlessWaits(WaitSnapshot snapshot) {
    var waits = new HashMap<Thread, Waiter>();
    for (Waiter waiter : snapshot.waiters()) {
      if (waiter.timed() && (valueOf(waiter) != waiter.expected() || !isEndless(waiter))) {
        return null; // someone will go on, a host thread or a future if no member
      }
      waiter.thread().ifPresent(thread -> waits.put(thread, waiter));
    }
    return waits;
  }

  private boolean isEndless(Waiter waiter) {
    return insight.endless().test(waiter);
  }

  private long valueOf(Waiter waiter) {
    return waiter.width() == Long.BYTES
        ? memory.getLongVolatile(waiter.address())
        : memory.getIntVolatile(waiter.address());
  }

  private static boolean allBlocked(
      List<GuestThread> members, Map<Thread, Waiter> waits, Map<Thread, Pause> pauses) {
    for (GuestThread member : members) {
      Pause pause = pauses.get(member.thread());
      boolean paused = pause != null && !pause.over().getAsBoolean();
      if (!paused && !waits.containsKey(member.thread())) {
        return false;
      }
    }
    return !members.isEmpty();
  }

  /** Whether nobody can have gone on between two moments, but from one slice to the next. */
  private static boolean continues(Moment before, Moment now) {
    return before.changes == now.changes
        && before.ended == now.ended
        && before.waits.keySet().equals(now.waits.keySet())
        && before.waits.entrySet().stream()
            .allMatch(entry -> continues(entry.getValue(), now.waits.get(entry.getKey())));
  }

  private static boolean continues(Waiter before, Waiter now) {
    return before == now
        || (before.timed()
            && now.timed()
            && before.address() == now.address()
            && before.width() == now.width()
            && before.expected() == now.expected());
  }

  /** Whether every slice has ended, and its thread waits in another. */
  private static boolean allRenewed(Moment before, Moment now) {
    return now.waits.entrySet().stream()
        .noneMatch(
            entry ->
                entry.getValue().timed() && before.waits.get(entry.getKey()) == entry.getValue());
  }

  private List<BlockedThread> describe(
      List<GuestThread> members, Map<Thread, Waiter> waits, Map<Thread, Pause> pauses) {
    var blocked = new ArrayList<BlockedThread>();
    for (GuestThread member : members) {
      Waiter waiter = waits.get(member.thread());
      String waitsFor = waiter == null ? pauses.get(member.thread()).waitsFor() : describe(waiter);
      blocked.add(new BlockedThread(member.thread().getName(), waitsFor));
    }
    return blocked;
  }

  static String named(IntFunction<String> names, int address) {
    String name = names.apply(address);
    return name.isEmpty() ? "" : ", " + name;
  }

  private String describe(Waiter waiter) {
    return "a notify at 0x%x%s, where it expected %s; the %s there is now %s%s"
        .formatted(
            waiter.address(),
            named(names, waiter.address()),
            waiter.expected(),
            waiter.width() == Long.BYTES ? "i64" : "i32",
            valueOf(waiter),
            insight.remark().apply(waiter));
  }
}
