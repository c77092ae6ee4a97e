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
  private static final int CHUNK = 4096;

  private static final byte[] ZEROS = new byte[CHUNK];

  private record Chunk(int address, byte[] bytes) {}

  /** What is read to make an image. */
  @FunctionalInterface
  private interface Source {
    void read(int address, byte[] into);
  }

  /** What is made of it, chunk by chunk. */
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
  private final ByteBuffer original;

  /** What is copied where there is no file. */
  private final List<Chunk> chunks;

  private boolean closed;

  private MemoryImage(
      LinearMemory memory,
      Path directory,
      SparseFile file,
      ByteBuffer original,
      List<Chunk> chunks) {
    this.type = memory.type();
    this.pages = memory.pages();
    this.directory = directory;
    this.file = file;
    this.original = original;
    this.chunks = chunks;
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
    Source source = (address, into) -> memory.read(address, into, 0, into.length);
    for (Path directory : directories) {
      try {
        return of(memory, directory, write(directory, memory.type(), memory.pages(), source));
      } catch (IOException | OutOfMemoryError e) {
        // The next one, or copies.
      }
    }
    var chunks = new ArrayList<Chunk>();
    try {
      forEachChunk(
          memory.pages(),
          source,
          (address, bytes) -> chunks.add(new Chunk(address, bytes.clone())));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a list fails not so
    }
    return new MemoryImage(memory, null, null, null, List.copyOf(chunks));
  }

  private static MemoryImage of(LinearMemory memory, Path directory, SparseFile file)
      throws IOException {
    try {
      return new MemoryImage(memory, directory, file, file.map(), List.of());
    } catch (IOException | OutOfMemoryError e) {
      file.close();
      throw e;
    }
  }

  private static SparseFile write(Path directory, MemoryType type, int pages, Source source)
      throws IOException {
    var file = SparseFile.create(directory, (long) type.maximumPages() * PAGE_SIZE);
    try {
      forEachChunk(pages, source, file::write);
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The chunks that are not all zeros, each in the same array. */
  private static void forEachChunk(int pages, Source source, Target target) throws IOException {
    byte[] bytes = new byte[CHUNK];
    int end = pages * PAGE_SIZE;
    for (int address = 0; address < end; address += CHUNK) {
      source.read(address, bytes);
      if (!Arrays.equals(bytes, ZEROS)) {
        target.write(address, bytes);
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
    Optional<ByteBuffer> mapping = map();
    if (mapping.isPresent()) {
      return grown(new LinearMemory(type, Reservation.ofImage(mapping.get())));
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
      chunks.forEach(chunk -> copy.write(chunk.address(), chunk.bytes(), 0, CHUNK));
      return;
    }
    try {
      forEachChunk(pages, original::get, (address, bytes) -> copy.write(address, bytes, 0, CHUNK));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a memory fails not so
    }
  }

  /** A mapping of its own for a memory; empty if there is no file, or no room for one. */
  private synchronized Optional<ByteBuffer> map() {
    if (closed) {
      throw new IllegalStateException("the image of a memory is closed");
    }
    boolean interrupted = false;
    try {
      while (original != null) {
        try {
          if (file == null) {
            file = write(directory, type, pages, original::get);
          }
          return Optional.of(file.map());
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
