package dev.wasmrun.check.lock;

import dev.wasmrun.check.lock.Holder.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Words that a thread reads under a lock, and writes when it has given the lock back and taken it
 * again, without another look: another thread may have changed them in between. That is no race,
 * and right where the write does not depend on what was read.
 *
 * <p>As with {@link LockOrder}, each thread tells what it does itself, and any number may at once.
 */
public final class StaleWrites {
  /** So many words are kept for each thread; who reads more under locks goes unseen. */
  private static final int MOST_WORDS = 1 << 16;

  /** Who writes each word under a lock, by address; more than one thread, if any others do. */
  private final Map<Integer, Set<Holder>> writers = new ConcurrentHashMap<>();

  /** Guarded by itself; in the order in which they were found. */
  private final Map<StaleWrite.Places, StaleWrite> found = new LinkedHashMap<>();

  /** The latest reads of one thread by address. Used by that thread alone. */
  static final class Reads {
    private final Map<Integer, Read> byAddress = new HashMap<>();
  }

  private record Read(Held section, long place) {}

  /** Creates a record of no words. */
  public StaleWrites() {}

  /** A plain read of a word. */
  public void read(Holder thread, int address, long place) {
    Held section = innermost(thread);
    Map<Integer, Read> reads = thread.reads().byAddress;
    if (section != null && (reads.size() < MOST_WORDS || reads.containsKey(address))) {
      reads.put(address, new Read(section, place));
    }
  }

  /** A plain write of a word. */
  public void write(Holder thread, int address, long place) {
    Held section = innermost(thread);
    if (section == null) {
      return;
    }
    writers.computeIfAbsent(address, first -> ConcurrentHashMap.newKeySet()).add(thread);
    Read read = thread.reads().byAddress.remove(address);
    if (read != null && read.section() != section && read.section().word() == section.word()) {
      var stale =
          new StaleWrite(
              address,
              section.word().address(),
              thread.clock().name(),
              new StaleWrite.Places(read.place(), place));
      synchronized (found) {
        found.putIfAbsent(stale.places(), stale);
      }
    }
  }

  private static Held innermost(Holder thread) {
    List<Held> held = thread.held();
    return held.isEmpty() ? null : held.get(held.size() - 1);
  }

  /** Those of words that more than one thread writes, the first one found first. */
  public List<StaleWrite> found() {
    var all = new ArrayList<StaleWrite>();
    synchronized (found) {
      for (StaleWrite write : found.values()) {
        if (writers.get(write.address()).size() > 1) {
          all.add(write);
        }
      }
    }
    return all;
  }
}
