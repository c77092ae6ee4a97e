package dev.wasmrun.memory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The blocks of a memory that somebody may have touched, as the kernel knows it; the others are the
 * zeros that they were at first. A large memory of which little is used is read in no time then.
 *
 * <p>Used by one thread.
 */
final class TouchedPages implements AutoCloseable {
  /** For each page of the process a word, which is 0 if it is neither in memory nor swapped out. */
  private static final String WORDS = "/proc/self/pagemap";

  private static final int READ_AT_ONCE = 8192;
  private static final long NOTHING = -READ_AT_ONCE;

  private final RandomAccessFile file;
  private final long[] addresses;
  private final int pageSize;
  private final byte[] words = new byte[READ_AT_ONCE * Long.BYTES];
  private long firstRead = NOTHING;

  private TouchedPages(RandomAccessFile file, long[] addresses, int pageSize) {
    this.file = file;
    this.addresses = addresses;
    this.pageSize = pageSize;
  }

  /** Those of a memory; empty if this platform does not tell. */
  static Optional<TouchedPages> of(Reservation reservation) {
    if (reservation.backing() != Reservation.Backing.SPARSE_FILE) {
      return Optional.empty();
    }
    long[] addresses = CompiledAccess.addresses(reservation.chunks());
    int pageSize = CompiledAccess.pageSize();
    if (addresses[0] == 0 || pageSize == 0) {
      return Optional.empty();
    }
    try {
      var file = new RandomAccessFile(WORDS, "r");
      return Optional.of(new TouchedPages(file, addresses, pageSize));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether the page at an address of the memory may be other than zeros. */
  boolean has(int address) {
    long page = (addresses[Chunks.of(address)] + Chunks.within(address)) / pageSize;
    try {
      if (page < firstRead || page >= firstRead + READ_AT_ONCE) {
        file.seek(page * Long.BYTES);
        file.readFully(words);
        firstRead = page;
      }
      int at = (int) (page - firstRead) * Long.BYTES;
      return ByteBuffer.wrap(words).order(ByteOrder.nativeOrder()).getLong(at) != 0;
    } catch (IOException e) {
      firstRead = NOTHING;
      return true;
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it was only read
    }
  }
}
