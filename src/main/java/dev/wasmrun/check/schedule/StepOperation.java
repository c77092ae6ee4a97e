package dev.wasmrun.check.schedule;

/**
 * What a thread is about to do, as far as others can notice it.
 *
 * @param address the first byte it accesses, or what it waits on
 * @param length how many bytes; 0 if it accesses none
 * @param from the first byte that a copy reads; otherwise 0
 */
record StepOperation(Kind kind, int address, int length, int from) {
  /** What accesses more bytes is taken to depend on everything, which is safe. */
  private static final int LARGEST_PRECISE = 256;

  /** The kinds of operations, and what each does to memory and to the threads that wait. */
  enum Kind {
    /** The first thing a thread does. */
    BEGIN(false, false, false),
    /** The last thing a thread does while stores of its own are still on their way. */
    END(false, false, false),
    LOAD(true, false, false),
    STORE(false, true, false),
    ATOMIC_LOAD(true, false, false),
    ATOMIC_STORE(false, true, false),
    UPDATE(true, true, false),
    COPY(true, true, false),
    FENCE(false, false, false),
    GROW(false, false, false),
    /** Asks how large a memory is that can grow. */
    SIZE(false, false, false),
    /** Compares, and begins to wait if the value is as expected. */
    WAIT(true, false, true),
    /** Wakes threads that wait. */
    NOTIFY(false, false, true),
    /** Waits without a timeout: nothing it can do itself. */
    BLOCKED(false, false, true),
    /** Waits with a timeout, which passes. */
    EXPIRE(false, false, true),
    /** Goes on after a notify. */
    RESUME(false, false, false),
    /** Sees that another thread has ended. */
    JOIN(false, false, false),
    /** Calls the host: output, time and whatever else is not in the memory. */
    HOST(false, false, false),
    /** Lets others go first. */
    YIELD(false, false, false),
    /** Sees that what it waited for in the host has come true. */
    AWAIT(false, false, false),
    /** Sleeps, and is done with it. */
    SLEEP(false, false, false),
    /** The oldest store in a thread's buffer reaches the memory. */
    FLUSH(false, true, false);

    final boolean reads;
    final boolean writes;
    final boolean queues;

    Kind(boolean reads, boolean writes, boolean queues) {
      this.reads = reads;
      this.writes = writes;
      this.queues = queues;
    }

    /** Whether it is an access to memory that is not atomic. */
    boolean isPlain() {
      return this == LOAD || this == STORE || this == COPY;
    }

    /** Whether it orders itself against everything outside the memory. */
    boolean isHost() {
      return this == HOST || this == SLEEP || this == EXPIRE;
    }

    /** Whether the thread's stores must have reached the memory before. */
    boolean drains() {
      return switch (this) {
        case ATOMIC_LOAD, ATOMIC_STORE, UPDATE, FENCE, WAIT, NOTIFY, JOIN, END, GROW, COPY -> true;
        default -> false;
      };
    }
  }

  StepOperation(Kind kind) {
    this(kind, 0, 0, 0);
  }

  StepOperation(Kind kind, int address, int length) {
    this(kind, address, length, 0);
  }

  /**
   * Whether the order of two operations of different threads can make a difference. If not, runs
   * that differ in nothing but that order are the same run.
   */
  boolean dependsOn(StepOperation other) {
    if (touchesEverything() || other.touchesEverything()) {
      return true;
    }
    if (kind.isHost() && other.kind.isHost()) {
      return true;
    }
    if (kind.queues && other.kind.queues && address == other.address) {
      return true;
    }
    return kind.writes && other.accesses(address, length)
        || other.kind.writes && accesses(other.address, other.length);
  }

  /** Whether its order with every other operation can make a difference, as far as is known. */
  boolean touchesEverything() {
    return kind == Kind.GROW
        || kind == Kind.AWAIT
        || Integer.compareUnsigned(length, LARGEST_PRECISE) > 0 && (kind.reads || kind.writes);
  }

  private boolean accesses(int start, int bytes) {
    return (kind.reads || kind.writes) && overlap(address, length, start, bytes)
        || kind == Kind.COPY && overlap(from, length, start, bytes);
  }

  private static boolean overlap(int a, int aLength, int b, int bLength) {
    long aStart = Integer.toUnsignedLong(a);
    long bStart = Integer.toUnsignedLong(b);
    return aStart < bStart + Integer.toUnsignedLong(bLength)
        && bStart < aStart + Integer.toUnsignedLong(aLength);
  }

  /** The bytes in the notation of reports. */
  String place() {
    return "0x" + Integer.toHexString(address);
  }
}
