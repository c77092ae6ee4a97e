package dev.wasmrun.memory;

import static dev.wasmrun.memory.MemoryType.PAGE_SIZE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The address range that a memory may grow into without ever moving, and what stands behind it.
 *
 * <p>Normally that is a private mapping of a sparse file that is deleted as soon as it is open: a
 * page costs memory when it is first touched, and never a block on disk. Where no directory is fit
 * for such a file, a direct buffer stands in; it costs its whole size at once, so it is limited to
 * {@link #FALLBACK_PAGES} (or the initial size, if that is more) and growth beyond it fails.
 */
public final class Reservation {
  /*
   * Releasing: a buffer cannot be unmapped while a stray thread may still hold it, for the JVM
   * would crash on the next access. Truncating the file instead makes the kernel drop every page of
   * the mapping, private copies included, at once; extending it again makes any stray access read
   * zeros. The empty address range goes when the garbage collector finds the buffer. An access in
   * the instant between the two steps raises InternalError in the stray thread, which the JVM is
   * built to survive.
   *
   * The file of an image is behind other memories, too, and stays as it is. Where the owner knows
   * that nobody is inside, the mapping is undone; else its pages, too, go with the buffer.
   */

  /** Pages that the stand-in for a sparse file offers: 256 MiB. */
  static final int FALLBACK_PAGES = 4096;

  /** What stands behind a reservation. */
  public enum Backing {
    /** Pages cost memory when touched, and are given back by {@link LinearMemory#close()}. */
    SPARSE_FILE,
    /** Pages cost memory when written to; before, they are those of a {@link MemoryImage}. */
    IMAGE,
    /** All pages cost memory from the start, and are given back by the garbage collector. */
    DIRECT_BUFFER
  }

  /** How large the memories may be together that wait for the garbage collector: 1 GiB. */
  private static final long MOST_LEFT = 1L << 30;

  /** The sizes of those that do, since the collector was last asked. */
  private static final AtomicLong LEFT = new AtomicLong();

  private final Backing backing;
  private final ByteBuffer buffer;
  private final Optional<SparseFile> file;
  private final Optional<String> shortcoming;

  /** Who takes the address range when its memory is closed; null if it is given back then. */
  private ReservationPool pool;

  private Reservation(
      Backing backing, ByteBuffer buffer, Optional<SparseFile> file, Optional<String> shortcoming) {
    this.backing = backing;
    this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    this.file = file;
    this.shortcoming = shortcoming;
  }

  /** Directories to try, in order: the JVM's temporary one, then the one that survives reboots. */
  static List<Path> defaultDirectories() {
    return List.of(Path.of(System.getProperty("java.io.tmpdir", "/tmp")), Path.of("/var/tmp"));
  }

  /**
   * Reserves room for a memory.
   *
   * @throws OutOfMemoryError if not even the initial pages can be had
   */
  static Reservation reserve(MemoryType type, List<Path> directories) {
    List<String> reasons = new ArrayList<>();
    for (Path directory : directories) {
      try {
        return sparse(directory, (long) type.maximumPages() * PAGE_SIZE);
      } catch (IOException | OutOfMemoryError e) {
        reasons.add(directory + ": " + e.getMessage());
      }
    }
    return direct(type, String.join("; ", reasons));
  }

  private static Reservation sparse(Path directory, long bytes) throws IOException {
    var file = SparseFile.create(directory, bytes);
    try {
      return new Reservation(Backing.SPARSE_FILE, file.map(), Optional.of(file), Optional.empty());
    } catch (IOException | OutOfMemoryError e) {
      file.close();
      throw e;
    }
  }

  /** What a memory stands on that begins as an image. */
  static Reservation ofImage(ByteBuffer mapping) {
    return new Reservation(Backing.IMAGE, mapping, Optional.empty(), Optional.empty());
  }

  private static Reservation direct(MemoryType type, String reasons) {
    int pages = Math.max(type.initialPages(), Math.min(type.maximumPages(), FALLBACK_PAGES));
    ByteBuffer buffer;
    try {
      buffer = aligned(pages);
    } catch (OutOfMemoryError e) {
      pages = type.initialPages();
      buffer = aligned(pages);
    }
    String limit =
        pages < type.maximumPages()
            ? ", growth is limited to %s of %s pages".formatted(pages, type.maximumPages())
            : "";
    return new Reservation(
        Backing.DIRECT_BUFFER,
        buffer,
        Optional.empty(),
        Optional.of(
            "no directory for a sparse file, memory is allocated whole%s (%s)"
                .formatted(limit, reasons)));
  }

  /** A zeroed buffer whose first byte is aligned for every atomic width. */
  private static ByteBuffer aligned(int pages) {
    int bytes = pages * PAGE_SIZE;
    return ByteBuffer.allocateDirect(bytes + Long.BYTES).alignedSlice(Long.BYTES).slice(0, bytes);
  }

  /** What stands behind the memory. */
  public Backing backing() {
    return backing;
  }

  /** Pages that growth can reach; fewer than the declared maximum only for a fallback. */
  public int pages() {
    return buffer.capacity() / PAGE_SIZE;
  }

  /** Why this is not the sparse file it should be, in one line fit for a user; else empty. */
  public Optional<String> shortcoming() {
    return shortcoming;
  }

  ByteBuffer buffer() {
    return buffer;
  }

  /** Says who takes the address range when its memory is closed; null for nobody. */
  void belongTo(ReservationPool owner) {
    pool = owner;
  }

  /** Gives the pages back. Accesses after it read zeros or raise {@code InternalError}. */
  void release() {
    if (pool != null) {
      pool.giveBack(this);
      return;
    }
    if (file.isEmpty()) {
      return;
    }
    try (SparseFile open = file.get()) {
      open.clear();
    } catch (IOException e) {
      throw new IllegalStateException("cannot release the memory's file: " + e.getMessage(), e);
    }
  }

  /** Gives the address range back, too, where that can be had; no thread may access it again. */
  void unmap() {
    if (pool == null && backing != Backing.DIRECT_BUFFER) {
      Unmapper.unmap(buffer);
    }
  }

  /**
   * Leaves the address range, and the pages of an image, to the garbage collector, which does not
   * know how much that is: it is asked to come when it may be much.
   *
   * @param bytes how large the memory was
   */
  void leave(int bytes) {
    if (backing == Backing.IMAGE && LEFT.addAndGet(bytes) > MOST_LEFT) {
      LEFT.set(0);
      System.gc();
    }
  }
}
