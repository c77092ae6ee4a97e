package dev.wasmrun.check.race;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A history of what threads did, and by brute force which bytes race in it: all events are kept,
 * each with the set of those that come before it, and all pairs are compared. There is no vector
 * clock in here.
 */
final class BruteForceTrace {
  static final int BYTES = 32;

  /** What one thread did at one time. */
  private record Event(int thread, int first, int end, Touch touch, BitSet before) {
    boolean touches(int address) {
      return touch != null && first <= address && address < end;
    }
  }

  private final List<Event> events = new ArrayList<>();
  private final Map<Integer, Integer> lastOfThread = new HashMap<>();
  private final Map<Object, List<Integer>> releases = new HashMap<>();

  /** The latest event to have written each byte atomically. */
  private final int[] atomicWriters = new int[BYTES];

  BruteForceTrace() {
    java.util.Arrays.fill(atomicWriters, -1);
  }

  void plain(int thread, int address, int width, boolean writes) {
    add(thread, address, address + width, writes ? Touch.STORE : Touch.LOAD, new BitSet());
  }

  void atomicLoad(int thread, int address, int width) {
    add(thread, address, address + width, Touch.ATOMIC_LOAD, readFrom(address, width));
  }

  void atomicStore(int thread, int address, int width) {
    write(address, width, add(thread, address, address + width, Touch.ATOMIC_STORE, new BitSet()));
  }

  void atomicUpdate(int thread, int address, int width) {
    BitSet sources = readFrom(address, width);
    write(address, width, add(thread, address, address + width, Touch.ATOMIC_STORE, sources));
  }

  void spawn(int parent, int child) {
    int event = add(parent, 0, 0, null, new BitSet());
    lastOfThread.put(child, event);
  }

  void join(int thread, int ended) {
    var sources = new BitSet();
    sources.set(lastOfThread.get(ended));
    add(thread, 0, 0, null, sources);
  }

  void release(int thread, Object channel) {
    int event = add(thread, 0, 0, null, new BitSet());
    releases.computeIfAbsent(channel, first -> new ArrayList<>()).add(event);
  }

  void acquire(int thread, Object channel) {
    var sources = new BitSet();
    releases.getOrDefault(channel, List.of()).forEach(sources::set);
    add(thread, 0, 0, null, sources);
  }

  /** The bytes to which two accesses were made that conflict and of which none comes before. */
  BitSet racingBytes() {
    var racing = new BitSet();
    for (int address = 0; address < BYTES; address++) {
      for (int later = 0; later < events.size(); later++) {
        for (int earlier = 0; earlier < later; earlier++) {
          if (race(events.get(earlier), earlier, events.get(later), address)) {
            racing.set(address);
          }
        }
      }
    }
    return racing;
  }

  private static boolean race(Event earlier, int index, Event later, int address) {
    if (!earlier.touches(address) || !later.touches(address) || later.before().get(index)) {
      return false;
    }
    boolean writes = earlier.touch().writes() || later.touch().writes();
    boolean bothAtomic = earlier.touch().atomic() && later.touch().atomic();
    return writes && !bothAtomic;
  }

  private BitSet readFrom(int address, int width) {
    var sources = new BitSet();
    for (int i = address; i < address + width; i++) {
      if (atomicWriters[i] >= 0) {
        sources.set(atomicWriters[i]);
      }
    }
    return sources;
  }

  private void write(int address, int width, int event) {
    for (int i = address; i < address + width; i++) {
      atomicWriters[i] = event;
    }
  }

  private int add(int thread, int first, int end, Touch touch, BitSet sources) {
    var before = new BitSet();
    Integer own = lastOfThread.get(thread);
    if (own != null) {
      sources.set(own);
    }
    sources.stream()
        .forEach(
            source -> {
              before.set(source);
              before.or(events.get(source).before());
            });
    events.add(new Event(thread, first, end, touch, before));
    lastOfThread.put(thread, events.size() - 1);
    return events.size() - 1;
  }
}
