package dev.wasmrun.memory;

import static dev.wasmrun.memory.MemoryType.PAGE_SIZE;

import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A linear memory: one flat, growing array of bytes that never moves, for guests and Java threads
 * alike. Any number of threads may use it at once.
 *
 * <p>Plain accesses ({@code getInt}) have no ordering; accesses named by a mode and atomic ones are
 * as their names say. {@link #wait32} and {@link #notify(int, int)} are the instructions of the
 * threads proposal, here for Java threads too. Addresses and lengths are unsigned. Whatever does
 * not lie within the memory's current size throws {@link MemoryTrap} and has no effect.
 *
 * <p>An instance of a module reaches the memory through a {@link MemoryView} of its own.
 */
public sealed class LinearMemory extends SubWordAccess implements AutoCloseable
    permits ObservedMemory, CountedMemory {
  private final MemoryType type;
  private final Reservation reservation;
  private final Signals signals;
  private final WaitingRoom waits;

  /** Guards the order of growth and closing; held for no access, and while calling nobody. */
  private final Object sizing = new Object();

  LinearMemory(MemoryType type, Reservation reservation) {
    this(type, reservation, Signals.UNHEARD);
  }

  LinearMemory(MemoryType type, Reservation reservation, Signals signals) {
    super(reservation, (long) type.initialPages() * PAGE_SIZE, true);
    this.type = type;
    this.reservation = reservation;
    this.signals = signals;
    this.waits = new WaitQueues(this, signals);
  }

  /** A memory whose observer says where its threads wait. */
  LinearMemory(MemoryType type, Reservation reservation, MemoryObserver observer) {
    super(reservation, (long) type.initialPages() * PAGE_SIZE, false);
    this.type = type;
    this.reservation = reservation;
    this.signals = Signals.UNHEARD;
    this.waits =
        observer.waitingRoom(new MemoryContents(this), new WaitQueues(this, Signals.UNHEARD));
  }

  /**
   * Creates a memory of zeros.
   *
   * @throws OutOfMemoryError if not even the initial pages can be had
   */
  public static LinearMemory create(MemoryType type) {
    return create(type, Reservation.defaultDirectories());
  }

  /** Like {@link #create(MemoryType)}, with an observer that is told of every access. */
  public static LinearMemory create(MemoryType type, MemoryObserver observer) {
    Reservation reservation =
        observer
            .reservations()
            .map(pool -> pool.take(type))
            .orElseGet(() -> Reservation.reserve(type, Reservation.defaultDirectories()));
    return new ObservedMemory(type, reservation, observer);
  }

  /**
   * Like {@link #create(MemoryType)}, with listeners to waits, notifies and growth, told in order.
   *
   * @param counts where to count the atomic instructions of instances; empty not to count them
   */
  public static LinearMemory create(
      MemoryType type, List<SignalListener> listeners, Optional<AtomicCounts> counts) {
    Reservation reservation = Reservation.reserve(type, Reservation.defaultDirectories());
    var signals = new Signals(listeners);
    return counts.isPresent()
        ? new CountedMemory(type, reservation, signals, counts.get())
        : new LinearMemory(type, reservation, signals);
  }

  static LinearMemory create(MemoryType type, List<Path> directories) {
    return new LinearMemory(type, Reservation.reserve(type, directories));
  }

  /** The limits and sharing that this memory was created with. */
  public final MemoryType type() {
    return type;
  }

  /** What the memory's address range stands on, and what fell short of the best, if anything. */
  public final Reservation reservation() {
    return reservation;
  }

  /** Current size in pages. */
  public final int pages() {
    return (int) (byteSize() / PAGE_SIZE);
  }

  /** The size in pages beyond which growth fails, as declared. */
  public final int maximumPages() {
    return type.maximumPages();
  }

  /** Whether waiting on it is allowed. */
  public final boolean shared() {
    return type.shared();
  }

  /** Current size in bytes. */
  public final long byteSize() {
    return openSize();
  }

  private long openSize() {
    long size = sizeOrClosed();
    if (size < 0) {
      throw MemoryTrap.closed();
    }
    return size;
  }

  /**
   * Adds pages of zeros; no access, however timed, is lost or delayed by it.
   *
   * @param deltaPages pages to add, unsigned
   * @return the previous size in pages, or -1 if the maximum or the reservation is too small, or
   *     there is no room in the process
   */
  public int grow(int deltaPages) {
    int before = growUntold(deltaPages);
    if (before >= 0) {
      signals.grew(before, before + deltaPages);
    }
    return before;
  }

  private int growUntold(int deltaPages) {
    synchronized (sizing) {
      int before = pages();
      if (deltaPages < 0
          || deltaPages > Math.min(type.maximumPages(), reservation.pages()) - before) {
        return -1;
      }
      if (!reservation.reach(before + deltaPages)) {
        return -1;
      }
      resize((long) (before + deltaPages) * PAGE_SIZE);
      return before;
    }
  }

  /**
   * Waits until notified, if the 32-bit number at {@code address} is {@code expected}:
   * memory.atomic.wait32. Comparing and starting to wait are one step with respect to {@link
   * #notify(int, int)}. The wait never ends early or for no reason.
   *
   * @param timeoutNanos longest time to wait; negative for ever
   * @throws InterruptedException if the thread was or is interrupted and not notified. When both
   *     happen, the wake-up counts: the result is {@code WOKEN} and the interrupt stays set.
   * @throws MemoryTrap also if the memory is not shared, or is closed meanwhile
   */
  public WaitResult wait32(int address, int expected, long timeoutNanos)
      throws InterruptedException {
    requireWaitable(address, Integer.BYTES);
    return waits.await(address, Integer.BYTES, expected, timeoutNanos);
  }

  /** Like {@link #wait32}, for the 64-bit number at {@code address}: memory.atomic.wait64. */
  public WaitResult wait64(int address, long expected, long timeoutNanos)
      throws InterruptedException {
    requireWaitable(address, Long.BYTES);
    return waits.await(address, Long.BYTES, expected, timeoutNanos);
  }

  /**
   * Like {@link #waitAsync32(int, int, long, Executor)} with the JVM's common pool, which keeps no
   * order.
   */
  public final CompletableFuture<WaitResult> waitAsync32(
      int address, int expected, long timeoutNanos) {
    return waitAsync32(address, expected, timeoutNanos, AsyncWait.ANY_THREAD);
  }

  /** Like {@link #waitAsync32(int, int, long)}, for the 64-bit number at {@code address}. */
  public final CompletableFuture<WaitResult> waitAsync64(
      int address, long expected, long timeoutNanos) {
    return waitAsync64(address, expected, timeoutNanos, AsyncWait.ANY_THREAD);
  }

  /**
   * Like {@link #wait32}, but blocks no thread: the future completes by a task of the executor,
   * whatever the result, so that no guest thread runs what depends on it. What the notifier did
   * before, it did before that task was submitted.
   *
   * <p>Cancelling the future, or completing it in another way, leaves the queue and keeps nothing;
   * it cannot be cancelled once it has taken a notify.
   *
   * @return fails with {@link MemoryTrap} if the memory is closed, and with the executor's refusal
   *     if it does not take the task; the notify is spent then
   * @throws MemoryTrap as {@link #wait32}
   */
  public CompletableFuture<WaitResult> waitAsync32(
      int address, int expected, long timeoutNanos, Executor executor) {
    requireWaitable(address, Integer.BYTES);
    return waits.awaitAsync(address, Integer.BYTES, expected, timeoutNanos, executor);
  }

  /** Like {@link #waitAsync32}, for the 64-bit number at {@code address}. */
  public CompletableFuture<WaitResult> waitAsync64(
      int address, long expected, long timeoutNanos, Executor executor) {
    requireWaitable(address, Long.BYTES);
    return waits.awaitAsync(address, Long.BYTES, expected, timeoutNanos, executor);
  }

  /**
   * Wakes threads that wait on {@code address}, those that came first first: memory.atomic.notify.
   * Only threads that were waiting when it was called are woken.
   *
   * @param count how many at most, unsigned; -1 wakes all
   * @return how many were woken; 0 for a memory that is not shared
   */
  public int notify(int address, int count) {
    requireAligned(address, Integer.BYTES);
    requireRange(address, Integer.BYTES);
    return waits.notify(address, count);
  }

  /** Everybody who waits at one moment, in no stated order. */
  public final List<Waiter> waiters() {
    return waits.snapshot().waiters();
  }

  /** Everybody who waits at one moment, and how many waits had ended by then. */
  public final WaitSnapshot waitSnapshot() {
    return waits.snapshot();
  }

  final WaitingRoom waits() {
    return waits;
  }

  /** Orders this thread's earlier accesses before its later ones, for everybody: atomic.fence. */
  public void fence() {
    VarHandle.fullFence();
  }

  /**
   * Traps unless all these bytes exist.
   *
   * @param length how many, unsigned
   */
  public final void requireBytes(int address, int length) {
    requireRange(address, length);
  }

  private void requireWaitable(int address, int width) {
    requireAligned(address, width);
    requireRange(address, width);
    if (!type.shared()) {
      throw MemoryTrap.unshared(address, width, openSize());
    }
  }

  /** A guest is about to ask how large the memory is; an observer is told. */
  void sizeIsAsked() {}

  /** A guest's thread is about to call a function of its C library; an observer is told. */
  void called(LibraryFunction function, int first, int second) {}

  /** A guest's thread has returned from a function of its C library; an observer is told. */
  void returned(LibraryFunction function, int result) {}

  /** The number a wait compares; never reported to an observer, unlike the public accessors. */
  final long waitedValue(int address, int width) {
    return width == Integer.BYTES ? super.getIntVolatile(address) : super.getLongVolatile(address);
  }

  /** Copies bytes out, reported to nobody. */
  final void readUnobserved(int address, byte[] into) {
    super.read(address, into, 0, into.length);
  }

  /** Copies bytes in, reported to nobody. */
  final void writeUnobserved(int address, byte[] from) {
    super.write(address, from, 0, from.length);
  }

  /** The text whose UTF-8 form is the {@code bytes} bytes at {@code address}. */
  public final String getUtf8(int address, int bytes) {
    return getString(address, bytes, StandardCharsets.UTF_8);
  }

  /** Writes the UTF-8 form of {@code text}, without a terminator; returns its length in bytes. */
  public final int setUtf8(int address, String text) {
    return setString(address, text, StandardCharsets.UTF_8);
  }

  /** The text whose little-endian UTF-16 form is the {@code bytes} bytes at {@code address}. */
  public final String getUtf16(int address, int bytes) {
    return getString(address, bytes, StandardCharsets.UTF_16LE);
  }

  /** Writes the little-endian UTF-16 form of {@code text}; returns its length in bytes. */
  public final int setUtf16(int address, String text) {
    return setString(address, text, StandardCharsets.UTF_16LE);
  }

  private String getString(int address, int bytes, Charset charset) {
    return new String(getBytes(address, bytes), charset);
  }

  /**
   * A copy of some bytes.
   *
   * @param length how many, unsigned
   * @throws IllegalArgumentException if the memory has them, but no array has so many
   */
  public final byte[] getBytes(int address, int length) {
    requireRange(address, length); // Before the array, whose size a guest may have chosen.
    if (length < 0) {
      throw new IllegalArgumentException(
          "%s bytes are asked for at once; less than 2 GiB can be had"
              .formatted(Integer.toUnsignedLong(length)));
    }
    byte[] bytes = new byte[length];
    read(address, bytes, 0, length);
    return bytes;
  }

  private int setString(int address, String text, Charset charset) {
    byte[] encoded = text.getBytes(charset);
    write(address, encoded, 0, encoded.length);
    return encoded.length;
  }

  /** As {@link MemoryView#of(LinearMemory, ActiveData, Object, Runnable)} says. */
  MemoryView view(ActiveData activeData, Object code, Runnable afterWait) {
    return new MemoryView(this, activeData, code, afterWait);
  }

  /**
   * Ends the memory and gives its pages back. The owner calls it when every thread that uses the
   * memory has been joined. From then on every access traps as {@link MemoryTrap.Kind#CLOSED}, and
   * so does every wait still in progress. A thread that uses the memory <em>during</em> the call,
   * in breach of this rule, may read zeros or get an {@code InternalError}, but cannot harm the
   * JVM: the address range itself stays until the garbage collector finds it unused. So do the
   * pages of a memory that is from a {@link MemoryImage}.
   */
  @Override
  public void close() {
    long size = end();
    if (size >= 0) {
      reservation.leave(size);
    }
  }

  /** As {@link MemoryOwner#closeUnused} says. */
  final void closeUnused() {
    long size = end();
    if (size >= 0 && isLent()) {
      reservation.leave(size);
    } else if (size >= 0) {
      reservation.unmap();
    }
  }

  /** Ends the memory; returns its size in bytes, or -1 if it has ended before. */
  private long end() {
    long size;
    synchronized (sizing) {
      size = sizeOrClosed();
      if (size < 0) {
        return size;
      }
      resize(-1);
      reservation.release();
    }
    waits.close();
    return size;
  }
}
