package dev.wasmrun.crew;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.Waiter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A member of a deadlocked crew.
 *
 * @param name the name of the thread
 * @param waitsFor what it waits for, in words: a notify at an address, or the end of another member
 */
public record BlockedThread(String name, String waitsFor) {

  /**
   * Those of the members that only another member can unblock.
   *
   * @param waiters who waits on the memory
   * @param joins which threads wait for which member to end
   */
  static List<BlockedThread> all(
      List<GuestThread> members,
      List<Waiter> waiters,
      Map<Thread, GuestThread> joins,
      LinearMemory memory) {
    var waits = new HashMap<Thread, Waiter>();
    for (Waiter waiter : waiters) {
      if (!waiter.timed()) {
        waiter.thread().ifPresent(thread -> waits.put(thread, waiter));
      }
    }
    var blocked = new ArrayList<BlockedThread>();
    for (GuestThread member : members) {
      Thread thread = member.thread();
      if (waits.containsKey(thread)) {
        blocked.add(new BlockedThread(thread.getName(), describe(waits.get(thread), memory)));
      } else if (joins.containsKey(thread) && members.contains(joins.get(thread))) {
        blocked.add(
            new BlockedThread(
                thread.getName(), "the end of " + joins.get(thread).thread().getName()));
      }
    }
    return blocked;
  }

  private static String describe(Waiter waiter, LinearMemory memory) {
    boolean wide = waiter.width() == Long.BYTES;
    return "a notify at 0x%x, where it expected %d; the %s there is now %d"
        .formatted(
            waiter.address(),
            waiter.expected(),
            wide ? "i64" : "i32",
            wide
                ? memory.getLongVolatile(waiter.address())
                : memory.getIntVolatile(waiter.address()));
  }
}
