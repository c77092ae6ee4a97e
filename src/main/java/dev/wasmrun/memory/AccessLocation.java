package dev.wasmrun.memory;

import dev.wasmrun.Internal;

/**
 * Where the current thread is in the code that it runs, for an observer who wants to say which
 * instruction made an access. Only code that was prepared for it tells; see {@link
 * MemoryView#at(int)}.
 *
 * <p>One for each thread, and used by that thread alone.
 */
@Internal
public final class AccessLocation {
  private static final ThreadLocal<AccessLocation> CURRENT =
      ThreadLocal.withInitial(AccessLocation::new);

  /** What runs: a module or a host function, as whoever entered it calls it; null for Java code. */
  private Object code;

  /** The offset in the module of the instruction that makes the next access; 0 for other code. */
  private int offset;

  private AccessLocation() {}

  /** Those of the current thread. */
  public static AccessLocation current() {
    return CURRENT.get();
  }

  /**
   * The code that makes the next access; null for Java code that has not said what it is. No
   * Optional, because every access of an observed run asks.
   */
  public Object code() {
    return code;
  }

  /** Which of its instructions, as an offset in the module's file; 0 for a host function. */
  public int offset() {
    return offset;
  }

  /** The thread is there now, until it says otherwise. */
  void set(Object enteredCode, int instructionOffset) {
    code = enteredCode;
    offset = instructionOffset;
  }

  /** What they are now, to be restored. */
  public Saved save() {
    return new Saved(code, offset);
  }

  /** The thread enters a host function. */
  public Saved enter(Object function) {
    Saved before = save();
    set(function, 0);
    return before;
  }

  /** AccessLocation to which the thread returns. */
  public final class Saved {
    private final Object savedCode;
    private final int savedOffset;

    private Saved(Object savedCode, int savedOffset) {
      this.savedCode = savedCode;
      this.savedOffset = savedOffset;
    }

    /** The thread is there again. */
    public void restore() {
      set(savedCode, savedOffset);
    }
  }
}
