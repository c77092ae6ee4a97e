package dev.wasmrun.check;

import dev.wasmrun.check.race.Synchronisation;

/** What orders threads, in words. */
final class Orderings {
  private Orderings() {}

  /** For example {@code stored atomically to 0x400 in unlock (0x1f2)}. */
  static String name(Synchronisation how, CodePlaces places) {
    String at = "0x%x in %s".formatted(how.address(), places.site(how.place()));
    return switch (how.kind()) {
      case ATOMIC_STORE -> "stored atomically to " + at;
      case ATOMIC_UPDATE -> "updated atomically " + at;
      case ATOMIC_LOAD -> "loaded atomically from " + at;
      case NOTIFY -> "notified " + at;
      case WOKEN -> "was woken at " + at;
      case GROW -> "made the memory grow";
      case START_OF -> "started " + how.other();
      case STARTED_BY -> "was started by " + how.other();
      case JOINED -> "joined " + how.other();
      case HOST -> "met a thread in the host";
    };
  }
}
