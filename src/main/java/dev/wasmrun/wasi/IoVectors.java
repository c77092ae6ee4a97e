package dev.wasmrun.wasi;

import dev.wasmrun.memory.LinearMemory;

/**
 * The ranges of linear memory that one call reads into or writes from, in order.
 *
 * <p>They are copied out of the memory before they are checked, as another thread of the guest may
 * change them. Ranges may overlap: when reading, the later bytes win.
 */
final class IoVectors {
  private static final int MOST = 1024;

  /** The most that one call transfers, in bytes; guests loop for more. */
  private static final int LARGEST_TRANSFER = 16 << 20;

  private final LinearMemory memory;
  private final int[] addresses;
  private final int[] lengths;
  private final int total;

  private IoVectors(LinearMemory memory, int[] addresses, int[] lengths, int total) {
    this.memory = memory;
    this.addresses = addresses;
    this.lengths = lengths;
    this.total = total;
  }

  /**
   * Reads and checks the vectors.
   *
   * @throws ErrnoException {@link Errno#INVAL} for more than 1024 or for 2 GiB and more in all,
   *     {@link Errno#FAULT} where one does not lie in the memory
   */
  static IoVectors read(LinearMemory memory, long at, long count) {
    if ((int) count < 0 || (int) count > MOST) {
      throw new ErrnoException(Errno.INVAL);
    }
    var addresses = new int[(int) count];
    var lengths = new int[(int) count];
    GuestData.require(memory, (int) at, (int) count * WasiLayout.IOVEC_SIZE);
    long total = 0;
    for (int i = 0; i < count; i++) {
      int vector = (int) at + i * WasiLayout.IOVEC_SIZE;
      addresses[i] = memory.getInt(vector + WasiLayout.IOVEC_BUFFER);
      lengths[i] = memory.getInt(vector + WasiLayout.IOVEC_LENGTH);
      GuestData.require(memory, addresses[i], lengths[i]);
      total += Integer.toUnsignedLong(lengths[i]);
    }
    if (total > Integer.MAX_VALUE) {
      throw new ErrnoException(Errno.INVAL);
    }
    return new IoVectors(memory, addresses, lengths, (int) Math.min(total, LARGEST_TRANSFER));
  }

  /** How many bytes to transfer at most. */
  int total() {
    return total;
  }

  /** The bytes of all ranges, one after the other. */
  byte[] gather() {
    var bytes = new byte[total];
    transfer(total, (address, at, length) -> memory.read(address, bytes, at, length));
    return bytes;
  }

  /** Distributes the first {@code count} bytes over the ranges. */
  void scatter(byte[] bytes, int count) {
    transfer(count, (address, at, length) -> memory.write(address, bytes, at, length));
  }

  private interface Transfer {
    void range(int address, int at, int length);
  }

  private void transfer(int count, Transfer transfer) {
    int at = 0;
    for (int i = 0; i < addresses.length && at < count; i++) {
      int length = Math.min(lengths[i], count - at);
      transfer.range(addresses[i], at, length);
      at += length;
    }
  }
}
