package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;

/**
 * A bounded queue of records of any length in linear memory, which guests and Java threads share,
 * any number of them on both sides.
 *
 * <p>The bytes form a ring: what does not fit before its end goes on at its beginning. Whoever
 * finds no room waits until a record has been taken, whoever finds no record until one has been
 * put. A ring that is closed takes no more records, but gives out those that it has.
 *
 * <pre>
 * address  +0      +4          +8         +12          +16            +20        +24        +32
 *         ┌───────┬───────────┬──────────┬────────────┬──────────────┬──────────┬──────────┬──────┐
 *         │ mutex │ not empty │ not full │ closed:i32 │ capacity:i32 │ head:i32 │ used:i32 │ data │
 *         └───────┴───────────┴──────────┴────────────┴──────────────┴──────────┴──────────┴──────┘
 *           SharedMutex, two               all guarded by the mutex                   (+28 unused)
 *           SharedConditions
 *
 * capacity  bytes of data, a multiple of 4
 * head      where in data the oldest record begins
 * used      how many bytes of data are records, from head on
 *
 * record   +0            +4
 *         ┌─────────────┬─────────┬───────────────────┐
 *         │ length: i32 │ bytes … │ up to 3 of unused │   a length never wraps around, bytes may
 *         └─────────────┴─────────┴───────────────────┘
 * </pre>
 *
 * <p>Records come from the memory and go to it. A method that throws {@link InterruptedException}
 * has done nothing.
 */
final class SharedRing {
  /** What take returns in place of a length: there is nothing, and nothing will come. */
  static final int ENDED = -1;

  /** What a try to take returns in place of a length: there is nothing now. */
  static final int EMPTY = -2;

  private static final int DATA = 32;
  private static final int LENGTH_SIZE = 4;

  private final LinearMemory memory;
  private final SharedMutex mutex;
  private final SharedCondition notEmpty;
  private final SharedCondition notFull;
  private final int closed;
  private final int capacity;
  private final int head;
  private final int used;
  private final int data;

  /** The ring at this address, a multiple of 8. */
  SharedRing(LinearMemory memory, int address) {
    this.memory = memory;
    this.mutex = new SharedMutex(memory, address);
    this.notEmpty = new SharedCondition(memory, address + 4);
    this.notFull = new SharedCondition(memory, address + 8);
    this.closed = address + 12;
    this.capacity = address + 16;
    this.head = address + 20;
    this.used = address + 24;
    this.data = address + DATA;
  }

  /** How many bytes a ring of this capacity takes. */
  static int size(int capacity) {
    return DATA + capacity;
  }

  /** How much of the capacity a record takes. */
  static int recordSize(int length) {
    return LENGTH_SIZE + ((length + 3) & ~3);
  }

  /** Begins empty; to be called before any thread comes. */
  void setup(int bytes) {
    mutex.setup();
    notEmpty.setup();
    notFull.setup();
    memory.setInt(closed, 0);
    memory.setInt(capacity, bytes);
    memory.setInt(head, 0);
    memory.setInt(used, 0);
  }

  /** Puts a record in, as soon as there is room; returns false if the ring is closed. */
  boolean put(int from, int length) throws InterruptedException {
    if (!lockWithRoom(length)) {
      return false;
    }
    int tail = tail();
    write(tail, from, length);
    publish(tail, length);
    unlock();
    signal();
    return true;
  }

  /** Puts a record in if there is room, and says whether it did; never waits for room. */
  boolean tryPut(int from, int length) throws InterruptedException {
    mutex.lock();
    if (isClosed() || !hasRoom(length)) {
      mutex.unlock();
      return false;
    }
    int tail = tail();
    write(tail, from, length);
    publish(tail, length);
    unlock();
    signal();
    return true;
  }

  /**
   * Takes the oldest record, of at most {@code limit} bytes, as soon as there is one.
   *
   * @return its length, or {@link #ENDED}
   */
  int take(int into, int limit) throws InterruptedException {
    mutex.lock();
    while (memory.getInt(used) == 0 && !isClosed()) {
      notEmpty.await(mutex);
    }
    return takeAndUnlock(into, limit);
  }

  /**
   * Takes the oldest record if there is one.
   *
   * @return its length, {@link #EMPTY} or {@link #ENDED}
   */
  int tryTake(int into, int limit) throws InterruptedException {
    mutex.lock();
    return takeAndUnlock(into, limit);
  }

  /** From now on nothing can be put in; whoever waits learns of it. */
  void close() throws InterruptedException {
    mutex.lock();
    memory.setInt(closed, 1);
    mutex.unlock();
    notEmpty.broadcast();
    notFull.broadcast();
  }

  // The steps of putting, for those who want them one by one.

  /** Locks and waits for room; if the ring is closed, returns false and it is not locked. */
  boolean lockWithRoom(int length) throws InterruptedException {
    mutex.lock();
    while (!isClosed()) {
      if (hasRoom(length)) {
        return true;
      }
      notFull.await(mutex);
    }
    mutex.unlock();
    return false;
  }

  /** Where in the data the next record will begin. */
  int tail() {
    return wrapped(memory.getInt(head) + memory.getInt(used));
  }

  /** Writes the bytes of the record that begins at {@code tail}. */
  void write(int tail, int from, int length) {
    int begin = wrapped(tail + LENGTH_SIZE);
    int first = Math.min(length, memory.getInt(capacity) - begin);
    memory.copy(data + begin, from, first);
    memory.copy(data, from + first, length - first);
  }

  /** Makes the record that begins at {@code tail} one of those that can be taken. */
  void publish(int tail, int length) {
    memory.setInt(data + tail, length);
    memory.setInt(used, memory.getInt(used) + recordSize(length));
  }

  void unlock() {
    mutex.unlock();
  }

  /** Wakes one who waits for a record; to be called once it is published. */
  void signal() {
    notEmpty.signal();
  }

  private int takeAndUnlock(int into, int limit) {
    int inUse = memory.getInt(used);
    if (inUse == 0) {
      boolean ended = isClosed();
      mutex.unlock();
      return ended ? ENDED : EMPTY;
    }
    int first = memory.getInt(head);
    int length = memory.getInt(data + first);
    // Better to end here than to write over other memory, should a thread have written where it
    // must not. Unsigned: a damaged length may be negative.
    if (Integer.compareUnsigned(length, limit) > 0 || recordSize(length) > inUse) {
      throw new IllegalStateException(
          "the ring is damaged: a record of %s bytes at %s, of at most %s, in %s bytes"
              .formatted(Integer.toUnsignedString(length), first, limit, inUse));
    }
    read(first, into, length);
    int size = recordSize(length);
    memory.setInt(head, wrapped(first + size));
    memory.setInt(used, inUse - size);
    mutex.unlock();
    // One is enough, although its record may be too long for the room there is and another's would
    // not be: as long as there are records, somebody takes the next one, and an empty ring has room
    // for all.
    notFull.signal();
    return length;
  }

  private void read(int place, int into, int length) {
    int begin = wrapped(place + LENGTH_SIZE);
    int first = Math.min(length, memory.getInt(capacity) - begin);
    memory.copy(into, data + begin, first);
    memory.copy(into + first, data, length - first);
  }

  private boolean isClosed() {
    return memory.getInt(closed) != 0;
  }

  private boolean hasRoom(int length) {
    return recordSize(length) <= memory.getInt(capacity) - memory.getInt(used);
  }

  /** A place in the data, for a place that may be behind its end. */
  private int wrapped(int place) {
    int bytes = memory.getInt(capacity);
    return place < bytes ? place : place - bytes;
  }
}
