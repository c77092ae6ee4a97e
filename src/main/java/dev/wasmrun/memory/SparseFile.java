package dev.wasmrun.memory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file of zeros, deleted as soon as it is open, that takes room from the first write to a block
 * on. What is mapped of it stays when it is closed.
 */
final class SparseFile implements AutoCloseable {
  /*
   * Why not in any directory: a fault on a private mapping of a file in memory (tmpfs) also takes a
   * page of that file system, and raises SIGBUS when it is full; a network file system adds a round
   * trip to every first touch. Both are passed over.
   */

  private final RandomAccessFile file;
  private final long bytes;

  private SparseFile(RandomAccessFile file, long bytes) throws IOException {
    this.file = file;
    this.bytes = bytes;
    file.setLength(bytes);
  }

  /**
   * Creates one.
   *
   * @throws IOException if the directory is not fit for it
   */
  static SparseFile create(Path directory, long bytes) throws IOException {
    requireFit(directory);
    Path path = Files.createTempFile(directory, "wasm-run-", ".memory");
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      if (!path.toFile().delete()) {
        path.toFile().deleteOnExit(); // Where an open file cannot be deleted.
      }
      return new SparseFile(file, bytes);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static void requireFit(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new IOException("not a directory");
    }
    String type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
    if (type.equals("tmpfs") || type.equals("ramfs")) {
      throw new IOException("a file system in memory (" + type + ")");
    }
    if (type.startsWith("nfs") || type.startsWith("cifs") || type.startsWith("smb")) {
      throw new IOException("a network file system (" + type + ")");
    }
  }

  /**
   * Maps a range of it; what is written to the mapping is seen there only. Although the thread may
   * be interrupted, which would close the channel instead.
   *
   * @throws java.nio.channels.ClosedByInterruptException if it is interrupted meanwhile; the file
   *     is closed then
   * @throws OutOfMemoryError if there is no room for it
   */
  ByteBuffer map(long from, long length) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      return file.getChannel().map(FileChannel.MapMode.PRIVATE, from, length);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Writes to the file, which mappings see where they have not been written to. */
  void write(long at, byte[] contents) throws IOException {
    file.seek(at);
    file.write(contents);
  }

  /** Makes it zeros again, and the mappings too, for whoever uses them meanwhile. */
  void clear() throws IOException {
    file.setLength(0);
    file.setLength(bytes);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
