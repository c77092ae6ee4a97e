package dev.wasmrun.memory;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.DataSegment;
import dev.wasmrun.Internal;
import java.util.Objects;

/**
 * A linear memory as one instance of a module sees it: the store is shared, the state of the data
 * segments is the instance's own. Used by one thread at a time, like the instance itself.
 *
 * <p>Each method has the effect of the runtime's method of that name, with the semantics of the
 * {@link LinearMemory} behind it; failures are {@link MemoryTrap}s, and an interrupted wait, fill
 * or copy throws {@link ChicoryInterruptedException} with the thread's interrupt flag set.
 */
@Internal
public sealed class MemoryView implements Memory permits CountingView {
  /** So many bytes are filled or copied between two looks at the interrupt flag: some 10 ms. */
  private static final int PIECE = 16 << 20;

  private final LinearMemory memory;
  private final Segments segments;
  private final Object code;
  private final Runnable afterWait;

  // The thread that spoke last in at(), and its whereabouts: the instance's only user, as a rule.
  private Thread lastThread;
  private AccessLocation lastLocation;

  MemoryView(LinearMemory memory, ActiveData activeData, Object code, Runnable afterWait) {
    this.memory = Objects.requireNonNull(memory);
    this.afterWait = Objects.requireNonNull(afterWait);
    this.segments = new Segments(memory, activeData);
    this.code = code;
  }

  /** A memory as one instance sees it. Each instance needs its own. */
  public static MemoryView of(LinearMemory memory, ActiveData activeData) {
    return of(memory, activeData, null, () -> {});
  }

  /**
   * Like {@link #of(LinearMemory, ActiveData)}, for an instance that tells where it makes its
   * accesses, or is to be told when it has waited.
   *
   * @param code what {@link AccessLocation} call the instance's code
   * @param afterWait runs when a wait of the instance has ended, on the thread that waited
   */
  public static MemoryView of(
      LinearMemory memory, ActiveData activeData, Object code, Runnable afterWait) {
    return memory.view(activeData, code, afterWait);
  }

  /** The memory that this is a view of. */
  public LinearMemory memory() {
    return memory;
  }

  /** What compiled code makes its plain accesses by, as {@link CompiledAccess} says. */
  public Object compiled() {
    return memory.compiled();
  }

  /**
   * Tells observers which instruction makes the current thread's next access.
   *
   * @param offset where the instruction is in the file of the instance's module
   */
  public void at(int offset) {
    Thread current = Thread.currentThread();
    if (current != lastThread) {
      lastLocation = AccessLocation.current();
      lastThread = current;
    }
    lastLocation.set(code, offset);
  }

  /** Tells observers that the guest is about to ask how large the memory is. */
  public void sizeIsAsked() {
    memory.sizeIsAsked();
  }

  /**
   * Tells observers that the current thread calls a function of a C library; {@link #at} has said
   * from where.
   *
   * @param first its first argument; 0 if it has none
   * @param second its second argument; 0 if it has none
   * @param function the number of the {@link LibraryFunction}
   */
  public void calls(int first, int second, int function) {
    memory.called(LibraryFunction.of(function), first, second);
  }

  /**
   * Tells observers that the current thread has returned from a function of a C library.
   *
   * @param result what it returned; 0 if nothing
   * @param function the number of the {@link LibraryFunction}
   */
  public void returned(int result, int function) {
    memory.returned(LibraryFunction.of(function), result);
  }

  @Override
  public int pages() {
    return memory.pages();
  }

  @Override
  public int grow(int size) {
    return memory.grow(size);
  }

  @Override
  public int initialPages() {
    return memory.type().initialPages();
  }

  /** No more than the runtime, which links nothing to a larger one, takes any memory for. */
  @Override
  public int maximumPages() {
    return Math.min(memory.maximumPages(), RUNTIME_MAX_PAGES);
  }

  @Override
  public boolean shared() {
    return memory.shared();
  }

  // Data segments.

  @Override
  public void initialize(Instance instance, DataSegment[] dataSegments) {
    segments.initialize(instance, dataSegments, 0);
  }

  @Override
  public void initialize(Instance instance, DataSegment[] dataSegments, int memoryIndex) {
    segments.initialize(instance, dataSegments, memoryIndex);
  }

  /** Writes part of a segment: memory.init. Both ranges are checked before anything is written. */
  @Override
  public void initPassiveSegment(int segmentId, int dest, int offset, int size) {
    segments.require(segmentId, offset, size);
    memory.requireRange(dest, size);
    int done = 0;
    do {
      int piece = piece(done, size);
      segments.write(segmentId, dest + done, offset + done, piece);
      done += piece;
    } while (goesOn(done, size));
  }

  @Override
  public void drop(int segment) {
    segments.drop(segment);
  }

  /**
   * Does nothing: the runtime clears a memory before its first use, and this one is zero when it is
   * created. Clearing it for a later instance would destroy what earlier ones have computed, and
   * touching every page would cost the memory they all stand for.
   */
  @Override
  public void zero() {}

  // Bulk.

  @Override
  public void write(int addr, byte[] data, int offset, int size) {
    memory.write(addr, data, offset, size);
  }

  @Override
  public byte[] readBytes(int addr, int len) {
    return memory.getBytes(addr, len);
  }

  /** Fills up to {@code toIndex}, which may have wrapped: only the unsigned difference counts. */
  @Override
  public void fill(byte value, int fromIndex, int toIndex) {
    int length = toIndex - fromIndex;
    memory.requireRange(fromIndex, length); // all of it, before anything is written
    int done = 0;
    do {
      int piece = piece(done, length);
      memory.fill(fromIndex + done, value, piece);
      done += piece;
    } while (goesOn(done, length));
  }

  /** Copies bytes, which may overlap: towards higher addresses the last piece comes first. */
  @Override
  public void copy(int dest, int src, int size) {
    memory.requireRange(dest, size);
    memory.requireRange(src, size);
    int done = 0;
    do {
      int piece = piece(done, size);
      int at = Integer.compareUnsigned(dest, src) > 0 ? size - done - piece : done;
      memory.copy(dest + at, src + at, piece);
      done += piece;
    } while (goesOn(done, size));
  }

  /**
   * Copies bytes of another memory, of which this may be a view as well.
   *
   * @throws MemoryTrap if either range is out of bounds; then nothing is copied
   */
  public void copy(int dest, int src, int size, MemoryView source) {
    if (source.memory == memory) {
      copy(dest, src, size);
      return;
    }
    memory.requireRange(dest, size);
    source.memory.requireRange(src, size);
    int done = 0;
    do {
      int piece = piece(done, size);
      write(dest + done, source.readBytes(src + done, piece), 0, piece);
      done += piece;
    } while (goesOn(done, size));
  }

  /** How many bytes come next, of a number that is unsigned as all lengths are. */
  private static int piece(int done, int size) {
    int left = size - done;
    return Integer.compareUnsigned(left, PIECE) < 0 ? left : PIECE;
  }

  /** Whether there is more to do, unless the thread is interrupted, whose flag stays set. */
  private static boolean goesOn(int done, int size) {
    if (done == size) {
      return false;
    }
    if (Thread.currentThread().isInterrupted() && !Interruptions.served()) {
      throw new ChicoryInterruptedException("Thread interrupted");
    }
    return true;
  }

  // Plain.

  @Override
  public byte read(int addr) {
    return memory.getByte(addr);
  }

  @Override
  public void writeByte(int addr, byte data) {
    memory.setByte(addr, data);
  }

  @Override
  public short readShort(int addr) {
    return memory.getShort(addr);
  }

  @Override
  public void writeShort(int addr, short data) {
    memory.setShort(addr, data);
  }

  @Override
  public long readU16(int addr) {
    return Short.toUnsignedLong(memory.getShort(addr));
  }

  @Override
  public int readInt(int addr) {
    return memory.getInt(addr);
  }

  @Override
  public void writeI32(int addr, int data) {
    memory.setInt(addr, data);
  }

  @Override
  public long readLong(int addr) {
    return memory.getLong(addr);
  }

  @Override
  public void writeLong(int addr, long data) {
    memory.setLong(addr, data);
  }

  @Override
  public long readF32(int addr) {
    return memory.getInt(addr);
  }

  @Override
  public float readFloat(int addr) {
    return memory.getFloat(addr);
  }

  @Override
  public void writeF32(int addr, float data) {
    memory.setFloat(addr, data);
  }

  @Override
  public long readF64(int addr) {
    return memory.getLong(addr);
  }

  @Override
  public double readDouble(int addr) {
    return memory.getDouble(addr);
  }

  @Override
  public void writeF64(int addr, double data) {
    memory.setDouble(addr, data);
  }

  // Atomic.

  @Override
  public byte atomicReadByte(int addr) {
    return memory.getByteVolatile(addr);
  }

  @Override
  public void atomicWriteByte(int addr, byte value) {
    memory.setByteVolatile(addr, value);
  }

  @Override
  public byte atomicAddByte(int addr, byte delta) {
    return memory.getAndAddByte(addr, delta);
  }

  @Override
  public byte atomicAndByte(int addr, byte mask) {
    return memory.getAndBitwiseAndByte(addr, mask);
  }

  @Override
  public byte atomicOrByte(int addr, byte mask) {
    return memory.getAndBitwiseOrByte(addr, mask);
  }

  @Override
  public byte atomicXorByte(int addr, byte mask) {
    return memory.getAndBitwiseXorByte(addr, mask);
  }

  @Override
  public byte atomicXchgByte(int addr, byte value) {
    return memory.getAndSetByte(addr, value);
  }

  @Override
  public byte atomicCmpxchgByte(int addr, byte expected, byte replacement) {
    return memory.compareAndExchangeByte(addr, expected, replacement);
  }

  @Override
  public short atomicReadShort(int addr) {
    return memory.getShortVolatile(addr);
  }

  @Override
  public void atomicWriteShort(int addr, short value) {
    memory.setShortVolatile(addr, value);
  }

  @Override
  public short atomicAddShort(int addr, short delta) {
    return memory.getAndAddShort(addr, delta);
  }

  @Override
  public short atomicAndShort(int addr, short mask) {
    return memory.getAndBitwiseAndShort(addr, mask);
  }

  @Override
  public short atomicOrShort(int addr, short mask) {
    return memory.getAndBitwiseOrShort(addr, mask);
  }

  @Override
  public short atomicXorShort(int addr, short mask) {
    return memory.getAndBitwiseXorShort(addr, mask);
  }

  @Override
  public short atomicXchgShort(int addr, short value) {
    return memory.getAndSetShort(addr, value);
  }

  @Override
  public short atomicCmpxchgShort(int addr, short expected, short replacement) {
    return memory.compareAndExchangeShort(addr, expected, replacement);
  }

  @Override
  public int atomicReadInt(int addr) {
    return memory.getIntVolatile(addr);
  }

  @Override
  public void atomicWriteInt(int addr, int value) {
    memory.setIntVolatile(addr, value);
  }

  @Override
  public int atomicAddInt(int addr, int delta) {
    return memory.getAndAddInt(addr, delta);
  }

  @Override
  public int atomicAndInt(int addr, int mask) {
    return memory.getAndBitwiseAndInt(addr, mask);
  }

  @Override
  public int atomicOrInt(int addr, int mask) {
    return memory.getAndBitwiseOrInt(addr, mask);
  }

  @Override
  public int atomicXorInt(int addr, int mask) {
    return memory.getAndBitwiseXorInt(addr, mask);
  }

  @Override
  public int atomicXchgInt(int addr, int value) {
    return memory.getAndSetInt(addr, value);
  }

  @Override
  public int atomicCmpxchgInt(int addr, int expected, int replacement) {
    return memory.compareAndExchangeInt(addr, expected, replacement);
  }

  @Override
  public long atomicReadLong(int addr) {
    return memory.getLongVolatile(addr);
  }

  @Override
  public void atomicWriteLong(int addr, long value) {
    memory.setLongVolatile(addr, value);
  }

  @Override
  public long atomicAddLong(int addr, long delta) {
    return memory.getAndAddLong(addr, delta);
  }

  @Override
  public long atomicAndLong(int addr, long mask) {
    return memory.getAndBitwiseAndLong(addr, mask);
  }

  @Override
  public long atomicOrLong(int addr, long mask) {
    return memory.getAndBitwiseOrLong(addr, mask);
  }

  @Override
  public long atomicXorLong(int addr, long mask) {
    return memory.getAndBitwiseXorLong(addr, mask);
  }

  @Override
  public long atomicXchgLong(int addr, long value) {
    return memory.getAndSetLong(addr, value);
  }

  @Override
  public long atomicCmpxchgLong(int addr, long expected, long replacement) {
    return memory.compareAndExchangeLong(addr, expected, replacement);
  }

  @Override
  public void atomicFence() {
    memory.fence();
  }

  // Waiting.

  @Override
  public int atomicWait(int addr, int expected, long timeout) {
    return await(timeout, nanos -> memory.wait32(addr, expected, nanos));
  }

  @Override
  public int atomicWait(int addr, long expected, long timeout) {
    return await(timeout, nanos -> memory.wait64(addr, expected, nanos));
  }

  /** Waits for so many nanoseconds at most; for ever if they are negative. */
  @FunctionalInterface
  private interface Wait {
    WaitResult until(long nanos) throws InterruptedException;
  }

  /** An interrupt that has been served leaves the wait to be begun again, for what time is left. */
  private int await(long timeout, Wait wait) {
    long start = timeout < 0 ? 0 : System.nanoTime();
    long left = timeout;
    while (true) {
      try {
        return wait.until(left).code();
      } catch (InterruptedException e) {
        if (!Interruptions.served()) {
          Thread.currentThread().interrupt();
          throw new ChicoryInterruptedException("interrupted in atomic wait", e);
        }
        left = timeout < 0 ? timeout : Math.max(0, timeout - (System.nanoTime() - start));
      } finally {
        afterWait.run();
      }
    }
  }

  @Override
  public int atomicNotify(int addr, int maxThreads) {
    return memory.notify(addr, maxThreads);
  }

  // What the runtime has deprecated in favour of the atomic methods above.

  /** Not supported: no lock excludes this memory's atomic accesses. */
  @Override
  @Deprecated
  @SuppressWarnings("removal")
  public Object lock(int address) {
    throw new UnsupportedOperationException("atomic accesses of this memory take no lock");
  }

  @Override
  @Deprecated
  @SuppressWarnings("removal")
  public int waitOn(int address, int expected, long timeout) {
    return atomicWait(address, expected, timeout);
  }

  @Override
  @Deprecated
  @SuppressWarnings("removal")
  public int waitOn(int address, long expected, long timeout) {
    return atomicWait(address, expected, timeout);
  }

  @Override
  @Deprecated
  @SuppressWarnings("removal")
  public int notify(int address, int maxThreads) {
    return atomicNotify(address, maxThreads);
  }
}
