package dev.wasmrun.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Everything that can be seen of a case on one side.
 *
 * @param events how each call ended, and what globals hold in the end
 * @param memories what memories hold in the end
 */
record Observation(List<String> events, List<byte[]> memories) {
  static final String ENDLESS = "no end in ";
  static final String UNPREPARED = "cannot be prepared: ";

  /** What a case is that does not end, which is a fault even if it does so everywhere. */
  static Observation endless(int seconds) {
    return new Observation(List.of(ENDLESS + seconds + " seconds"), List.of());
  }

  /** The first thing in which another differs, in one line. */
  Optional<String> difference(Observation other) {
    for (int i = 0; i < Math.max(events.size(), other.events.size()); i++) {
      String ours = event(i);
      String theirs = other.event(i);
      if (!ours.equals(theirs) || isFailure(ours)) {
        return Optional.of(ours + " | " + theirs);
      }
    }
    for (int i = 0; i < Math.max(memories.size(), other.memories.size()); i++) {
      Optional<String> found = difference(memory(i), other.memory(i));
      if (found.isPresent()) {
        return Optional.of("memory " + i + found.get());
      }
    }
    return Optional.empty();
  }

  /** What is wrong even if it is the same on both sides. */
  private static boolean isFailure(String event) {
    return event.startsWith(ENDLESS) || event.startsWith(UNPREPARED);
  }

  private String event(int index) {
    return index < events.size() ? events.get(index) : "nothing";
  }

  private byte[] memory(int index) {
    return index < memories.size() ? memories.get(index) : new byte[0];
  }

  private static Optional<String> difference(byte[] ours, byte[] theirs) {
    int at = Arrays.mismatch(ours, theirs);
    if (at < 0) {
      return Optional.empty();
    }
    return Optional.of(
        at < Math.min(ours.length, theirs.length)
            ? " at %d: %d | %d".formatted(at, ours[at], theirs[at])
            : ": %d bytes | %d".formatted(ours.length, theirs.length));
  }
}
