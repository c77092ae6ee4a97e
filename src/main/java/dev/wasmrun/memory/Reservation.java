package dev.wasmrun.memory;

import static dev.wasmrun.memory.MemoryType.PAGE_SIZE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
   * A buffer has less than 2 GiB, so a larger memory has several mappings. Only one that can be
   * larger and is shared, of which a run has one, or begins so, has them all from the start: others
   * may be instances by the thousand, most of which declare no maximum, and get more as they grow.
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
  private final int pages;
  private final Optional<String> shortcoming;

  /** Where to make a file for what is not mapped yet; null where everything is. */
  private final Path directory;

  /** The chunks so far. Growth adds to them; written before the size that needs them. */
  private volatile ByteBuffer[] chunks;

  /** What to truncate; guarded by the memory's sizing lock, as growth and closing are. */
  private final List<SparseFile> files = new ArrayList<>();

  /** Who takes the address range when its memory is closed; null if it is given back then. */
  private ReservationPool pool;

  private Reservation(
      Backing backing,
      ByteBuffer[] chunks,
      int pages,
      Path directory,
      Optional<String> shortcoming) {
    this.backing = backing;
    this.chunks = chunks;
    this.pages = pages;
    this.directory = directory;
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
        return sparse(directory, type);
      } catch (IOException | OutOfMemoryError e) {
        reasons.add(directory + ": " + e.getMessage());
      }
    }
    return direct(type, String.join("; ", reasons));
  }

  /** All at once for a memory that is large or likely to become so, else the first chunk. */
  private static Reservation sparse(Path directory, MemoryType type) throws IOException {
    int first = firstPages(type, type.initialPages());
    if (type.shared() && first < type.maximumPages()) {
      try {
        return sparse(directory, type.maximumPages(), type.maximumPages());
      } catch (OutOfMemoryError e) {
        // There may be room for the first chunk.
      }
    }
    return sparse(directory, first, type.maximumPages());
  }

  private static Reservation sparse(Path directory, int mapped, int pages) throws IOException {
    var file = SparseFile.create(directory, bytes(mapped));
    try {
      var reservation =
          new Reservation(
              Backing.SPARSE_FILE, Chunks.map(file, 0, mapped), pages, directory, Optional.empty());
      reservation.files.add(file);
      return reservation;
    } catch (IOException | OutOfMemoryError e) {
      file.close();
      throw e;
    }
  }

  /** How many pages to map for a memory that begins with so many. */
  static int firstPages(MemoryType type, int initialPages) {
    return initialPages > Chunks.PAGES
        ? type.maximumPages()
        : Math.min(type.maximumPages(), Chunks.PAGES);
  }

  /**
   * What a memory stands on that begins as an image.
   *
   * @param pages how many it may have
   * @param directory for what it grows to beyond the image
   */
  static Reservation ofImage(ByteBuffer[] mapping, int pages, Path directory) {
    return new Reservation(Backing.IMAGE, mapping, pages, directory, Optional.empty());
  }

  private static Reservation direct(MemoryType type, String reasons) {
    int pages = Math.max(type.initialPages(), Math.min(type.maximumPages(), FALLBACK_PAGES));
    ByteBuffer[] chunks;
    try {
      chunks = aligned(pages);
    } catch (OutOfMemoryError e) {
      pages = type.initialPages();
      chunks = aligned(pages);
    }
    String limit =
        pages < type.maximumPages()
            ? ", growth is limited to %s of %s pages".formatted(pages, type.maximumPages())
            : "";
    return new Reservation(
        Backing.DIRECT_BUFFER,
        chunks,
        pages,
        null,
        Optional.of(
            "no directory for a sparse file, memory is allocated whole%s (%s)"
                .formatted(limit, reasons)));
  }

  /** Zeroed buffers whose first byte is aligned for every atomic width. */
  private static ByteBuffer[] aligned(int pages) {
    var chunks = new ByteBuffer[Chunks.count(pages)];
    for (int i = 0; i < chunks.length; i++) {
      int bytes = (int) (Math.min(Chunks.begin(i + 1), bytes(pages)) - Chunks.begin(i));
      chunks[i] =
          ByteBuffer.allocateDirect(bytes + Long.BYTES)
              .alignedSlice(Long.BYTES)
              .slice(0, bytes)
              .order(ByteOrder.LITTLE_ENDIAN);
    }
    return chunks;
  }

  private static long bytes(int pages) {
    return (long) pages * PAGE_SIZE;
  }

  /** What stands behind the memory. */
  public Backing backing() {
    return backing;
  }

  /** Pages that growth can reach; fewer than the declared maximum only for a fallback. */
  public int pages() {
    return pages;
  }

  /** Why this is not the sparse file it should be, in one line fit for a user; else empty. */
  public Optional<String> shortcoming() {
    return shortcoming;
  }

  /** The chunk that a memory has always, and whose limit it sets. */
  ByteBuffer first() {
    return chunks[0];
  }

  /** One of the chunks so far. */
  ByteBuffer chunk(int index) {
    return chunks[index];
  }

  /** The chunks so far, not to be changed. */
  ByteBuffer[] chunks() {
    return chunks;
  }

  /**
   * Has chunks for so many pages, which are no more than {@link #pages}.
   *
   * @return whether there is room for them
   */
  boolean reach(int wanted) {
    boolean interrupted = false;
    try {
      while (Chunks.count(wanted) > chunks.length) {
        try {
          addChunks();
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted(); // it has closed the file: another one
        }
      }
      return true;
    } catch (IOException | OutOfMemoryError e) {
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Adds all chunks that there are not yet, from a file of their own. */
  private void addChunks() throws IOException {
    ByteBuffer[] before = chunks;
    var file = SparseFile.create(directory, bytes(pages) - Chunks.begin(before.length));
    try {
      ByteBuffer[] more = Chunks.map(file, before.length, pages);
      ByteBuffer[] all = Arrays.copyOf(before, before.length + more.length);
      System.arraycopy(more, 0, all, before.length, more.length);
      files.add(file);
      chunks = all;
    } catch (IOException | OutOfMemoryError e) {
      file.close();
      throw e;
    }
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
    for (SparseFile file : files) {
      try (SparseFile open = file) {
        open.clear();
      } catch (IOException e) {
        throw new IllegalStateException("cannot release the memory's file: " + e.getMessage(), e);
      }
    }
  }

  /** Gives the address range back, too, where that can be had; no thread may access it again. */
  void unmap() {
    if (pool == null && backing != Backing.DIRECT_BUFFER) {
      for (ByteBuffer chunk : chunks) {
        Unmapper.unmap(chunk);
      }
    }
  }

  /**
   * Leaves the address range, and the pages of an image, to the garbage collector, which does not
   * know how much that is: it is asked to come when it may be much.
   *
   * @param bytes how large the memory was
   */
  void leave(long bytes) {
    if (backing == Backing.IMAGE && LEFT.addAndGet(bytes) > MOST_LEFT) {
      LEFT.set(0);
      System.gc();
    }
  }
}
