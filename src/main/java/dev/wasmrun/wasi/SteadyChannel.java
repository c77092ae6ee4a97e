package dev.wasmrun.wasi;

import dev.wasmrun.memory.Interruptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * An open file of the host. A thread that is interrupted closes the channel that it uses, so only
 * what ends the guest may interrupt it. Thread-safe.
 */
final class SteadyChannel {
  private final FileChannel channel;

  SteadyChannel(FileChannel channel) {
    this.channel = channel;
  }

  @FunctionalInterface
  private interface Access<T> {
    T run() throws IOException;
  }

  private static <T> T steadily(Access<T> access) throws IOException {
    Interruptions.leaveUndisturbed();
    try {
      return access.run();
    } finally {
      Interruptions.disturb();
    }
  }

  int read(ByteBuffer into, long at) throws IOException {
    return steadily(() -> channel.read(into, at));
  }

  int write(ByteBuffer from, long at) throws IOException {
    return steadily(() -> channel.write(from, at));
  }

  /** Writes where the system wants it; returns how many bytes. */
  int write(ByteBuffer from) throws IOException {
    return steadily(() -> channel.write(from));
  }

  long position() throws IOException {
    return steadily(channel::position);
  }

  long size() throws IOException {
    return steadily(channel::size);
  }

  void truncate(long size) throws IOException {
    steadily(() -> channel.truncate(size));
  }

  void force(boolean metadata) throws IOException {
    steadily(
        () -> {
          channel.force(metadata);
          return null;
        });
  }

  void close() throws IOException {
    channel.close();
  }
}
