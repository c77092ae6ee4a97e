package dev.wasmrun.check.race;

/** The ways to access memory, as far as they decide what races with what. */
public enum Touch {
  /** An atomic load, or the look that a wait takes at the value. */
  ATOMIC_LOAD(false, true),
  /**
   * A plain load that is taken for an atomic one where it meets atomic stores, as C means it that
   * reads a {@code volatile} word which others change atomically.
   */
  VOLATILE_LOAD(false, true),
  /** A plain load, or the reading half of a bulk operation. */
  LOAD(false, false),
  /** An atomic store, or a read-modify-write. */
  ATOMIC_STORE(true, true),
  /** A plain store, or the writing half of a bulk operation. */
  STORE(true, false),
  /** No access: the bytes belong to nobody, so that none of them is right. */
  GONE(false, false);

  private static final Touch[] ALL = values();

  private final boolean writes;
  private final boolean atomic;

  Touch(boolean writes, boolean atomic) {
    this.writes = writes;
    this.atomic = atomic;
  }

  /** Whether it changes memory. */
  public boolean writes() {
    return writes;
  }

  /** Whether it is one of the threads proposal's atomic operations. */
  public boolean atomic() {
    return atomic && this != VOLATILE_LOAD;
  }

  static Touch of(int ordinal) {
    return ALL[ordinal];
  }

  /** Whether it is a way to access memory. */
  boolean isAccess() {
    return this != GONE;
  }

  /** Whether the two, by threads that nothing orders, race. */
  boolean conflictsWith(Touch other) {
    return (writes || other.writes) && !(atomic && other.atomic) && isAccess() && other.isAccess();
  }

  /**
   * Whether this, coming after {@code earlier}, races with everything later that {@code earlier}
   * would race with, so that {@code earlier} can be forgotten.
   */
  boolean supersedes(Touch earlier) {
    if (!isAccess() || !earlier.isAccess()) {
      return false;
    }
    for (Touch later : ALL) {
      if (earlier.conflictsWith(later) && !conflictsWith(later)) {
        return false;
      }
    }
    return true;
  }
}
