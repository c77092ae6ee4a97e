package dev.wasmrun.wasi;

import dev.wasmrun.guest.ClockAndRandomness;

/** A descriptor for a {@link Device}. */
final class DeviceDescriptor extends Descriptor {
  private static final long RIGHTS =
      Right.of(
          Right.FD_READ,
          Right.FD_WRITE,
          Right.FD_SYNC,
          Right.FD_DATASYNC,
          Right.FD_FDSTAT_SET_FLAGS,
          Right.FD_FILESTAT_GET,
          Right.POLL_FD_READWRITE);

  private final Device device;
  private final ClockAndRandomness circumstances;

  DeviceDescriptor(Device device, ClockAndRandomness circumstances) {
    super(RIGHTS, 0, 0);
    this.device = device;
    this.circumstances = circumstances;
  }

  @Override
  FileType type() {
    return FileType.CHARACTER_DEVICE;
  }

  @Override
  int read(byte[] into, int length) {
    if (device == Device.NULL) {
      return 0;
    }
    byte[] bytes = new byte[length];
    if (device == Device.RANDOM) {
      circumstances.fillRandomly(bytes);
    }
    System.arraycopy(bytes, 0, into, 0, length);
    return length;
  }

  @Override
  int write(byte[] from, int length) {
    if (device == Device.FULL) {
      throw new ErrnoException(Errno.NOSPC);
    }
    return length;
  }

  @Override
  void close() {
    // It holds nothing.
  }
}
