package dev.wasmrun.memory;

import static dev.wasmrun.memory.MemoryType.PAGE_SIZE;

import dev.wasmrun.Internal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a memory contained at one moment, and the source of memories that begin with it. They share
 * the pages that none has written to, and cost microseconds; where no directory is fit for the file
 * behind them, each is a copy.
 *
 * <p>Thread-safe. The memories stay when the image is closed.
 */
@Internal
public final class MemoryImage implements AutoCloseable {
  /*
   * An interrupt in the middle of mapping closes the file, as channels do, and it has no name by
   * which to open it again. So there is one mapping more, which nobody writes to, and the file is
   * made anew from that.
   */

  /** Written to the file, or copied, if it is not all zeros. */
  private static final int BLOCK = 4096;

  private static final byte[] ZEROS = new byte[BLOCK];

  private record Block(int address, byte[] bytes) {}

  /** What is read to make an image. */
  @FunctionalInterface
  private interface Source {
    /** Reads a block, or says false if it is zeros. */
    boolean read(int address, byte[] into);
  }

  /** What is made of it, block by block. */
  @FunctionalInterface
  private interface Target {
    void write(int address, byte[] bytes) throws IOException;
  }

  private final MemoryType type;
  private final int pages;
  private final Path directory;

  /** The file behind the memories, guarded by this; null if there is none or it is closed. */
  private SparseFile file;

  /** A mapping of it that is only read; null if there is no file. */
  private final ByteBuffer[] original;

  /** What is copied where there is no file. */
  private final List<Block> blocks;

  private boolean closed;

  private MemoryImage(
      LinearMemory memory,
      Path directory,
      SparseFile file,
      ByteBuffer[] original,
      List<Block> blocks) {
    this.type = memory.type();
    this.pages = memory.pages();
    this.directory = directory;
    this.file = file;
    this.original = original;
    this.blocks = blocks;
  }

  /**
   * The image of a memory that nobody writes to meanwhile.
   *
   * @throws MemoryTrap if it is closed
   */
  public static MemoryImage of(LinearMemory memory) {
    return of(memory, Reservation.defaultDirectories());
  }

  static MemoryImage of(LinearMemory memory, List<Path> directories) {
    Optional<TouchedPages> touched = TouchedPages.of(memory.reservation());
    if (touched.isEmpty()) {
      return of(memory, directories, (address, into) -> read(memory, address, into));
    }
    try (TouchedPages pages = touched.get()) {
      memory.requireBytes(0, 0); // is not closed
      return of(
          memory,
          directories,
          (address, into) -> pages.has(address) && read(memory, address, into));
    }
  }

  private static boolean read(LinearMemory memory, int address, byte[] into) {
    memory.read(address, into, 0, into.length);
    return true;
  }

  private static MemoryImage of(LinearMemory memory, List<Path> directories, Source source) {
    for (Path directory : directories) {
      try {
        return of(memory, directory, write(directory, memory.type(), memory.pages(), source));
      } catch (IOException | OutOfMemoryError e) {
        // The next one, or copies.
      }
    }
    var blocks = new ArrayList<Block>();
    try {
      forEachBlock(
          memory.pages(),
          source,
          (address, bytes) -> blocks.add(new Block(address, bytes.clone())));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a list fails not so
    }
    return new MemoryImage(memory, null, null, null, List.copyOf(blocks));
  }

  private static MemoryImage of(LinearMemory memory, Path directory, SparseFile file)
      throws IOException {
    try {
      return new MemoryImage(
          memory, directory, file, map(file, memory.type(), memory.pages()), List.of());
    } catch (IOException | OutOfMemoryError e) {
      file.close();
      throw e;
    }
  }

  private static SparseFile write(Path directory, MemoryType type, int pages, Source source)
      throws IOException {
    int mapped = Reservation.firstPages(type, pages);
    var file = SparseFile.create(directory, (long) mapped * PAGE_SIZE);
    try {
      forEachBlock(
          pages, source, (address, bytes) -> file.write(Integer.toUnsignedLong(address), bytes));
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The blocks that are not all zeros, each in the same array. */
  private static void forEachBlock(int pages, Source source, Target target) throws IOException {
    byte[] bytes = new byte[BLOCK];
    long end = (long) pages * PAGE_SIZE;
    for (long address = 0; address < end; address += BLOCK) {
      if (source.read((int) address, bytes) && !Arrays.equals(bytes, ZEROS)) {
        target.write((int) address, bytes);
      }
    }
  }

  /** Whether its memories share pages; otherwise each is a copy. */
  public boolean isShared() {
    return original != null;
  }

  /** The size of its memories in pages. */
  public int pages() {
    return pages;
  }

  /**
   * A new memory of the same type that begins with this size and these contents.
   *
   * @throws IllegalStateException if the image is closed
   * @throws OutOfMemoryError if there is no room for it
   */
  public LinearMemory create() {
    Optional<ByteBuffer[]> mapping = map();
    if (mapping.isPresent()) {
      var reservation = Reservation.ofImage(mapping.get(), type.maximumPages(), directory);
      return grown(new LinearMemory(type, reservation));
    }
    var least = new MemoryType(pages, type.maximumPages(), type.shared());
    LinearMemory copy =
        grown(new LinearMemory(type, Reservation.reserve(least, Reservation.defaultDirectories())));
    copyTo(copy);
    return copy;
  }

  private LinearMemory grown(LinearMemory memory) {
    if (memory.grow(pages - memory.pages()) < 0) {
      memory.close();
      throw new OutOfMemoryError("no room for a memory of %s pages".formatted(pages));
    }
    return memory;
  }

  private void copyTo(LinearMemory copy) {
    if (original == null) {
      blocks.forEach(block -> copy.write(block.address(), block.bytes(), 0, BLOCK));
      return;
    }
    try {
      forEachBlock(
          pages, this::readOriginal, (address, bytes) -> copy.write(address, bytes, 0, BLOCK));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a memory fails not so
    }
  }

  private static ByteBuffer[] map(SparseFile file, MemoryType type, int pages) throws IOException {
    return Chunks.map(file, 0, Reservation.firstPages(type, pages));
  }

  private boolean readOriginal(int address, byte[] into) {
    original[Chunks.of(address)].get(Chunks.within(address), into);
    return true;
  }

  /** A mapping of its own for a memory; empty if there is no file, or no room for one. */
  private synchronized Optional<ByteBuffer[]> map() {
    if (closed) {
      throw new IllegalStateException("the image of a memory is closed");
    }
    boolean interrupted = false;
    try {
      while (original != null) {
        try {
          if (file == null) {
            file = write(directory, type, pages, this::readOriginal);
          }
          return Optional.of(map(file, type, pages));
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
          file = null;
        }
      }
    } catch (IOException | OutOfMemoryError e) {
      // A copy costs more, and is the same.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return Optional.empty();
  }

  /** Creates no memories any more; those that there are stay. */
  @Override
  public synchronized void close() {
    closed = true;
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new IllegalStateException("cannot close the file of a memory: " + e.getMessage(), e);
      }
      file = null;
    }
  }
}
