package dev.wasmrun.check.race;

/**
 * One release or acquire of a thread, for a report.
 *
 * @param kind what it was
 * @param address of the memory that was accessed, waited on or notified; 0 where there is none
 * @param other the other thread in a start, an end or a join; empty otherwise
 * @param place where in the code it was, in the caller's terms
 * @param moment of the thread that did it
 */
public record Synchronisation(Kind kind, int address, String other, long place, long moment) {

  /** What can order two threads. */
  public enum Kind {
    ATOMIC_STORE,
    ATOMIC_UPDATE,
    ATOMIC_LOAD,
    NOTIFY,
    WOKEN,
    GROW,
    START_OF,
    STARTED_BY,
    JOINED,
    HOST
  }
}
