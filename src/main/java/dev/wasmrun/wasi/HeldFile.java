package dev.wasmrun.wasi;

import dev.wasmrun.Internal;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that stays open until this is closed, whatever becomes of its descriptor's number. */
@Internal
public final class HeldFile implements AutoCloseable {
  private final DescriptorTable table;
  private final OpenFile file;

  HeldFile(DescriptorTable table, OpenFile file) {
    this.table = table;
    this.file = file;
    table.hold(file);
  }

  public boolean isReadable() {
    return (file.rights() & Right.FD_READ.bit()) != 0;
  }

  public boolean isWritable() {
    return (file.rights() & Right.FD_WRITE.bit()) != 0;
  }

  /** In bytes. */
  public long size() throws IOException {
    return file.size();
  }

  /** Reads from a position in bytes until the array is full or the file ends. */
  public void read(byte[] into, long from) throws IOException {
    var buffer = ByteBuffer.wrap(into);
    int read = 0;
    while (read >= 0 && buffer.hasRemaining()) {
      read = file.readAt(buffer, from + buffer.position());
    }
  }

  /** Writes bytes at a position in bytes. */
  public void write(ByteBuffer bytes, long at) throws IOException {
    int start = bytes.position();
    while (bytes.hasRemaining()) {
      file.writeAt(bytes, at + bytes.position() - start);
    }
  }

  @Override
  public void close() throws IOException {
    table.release(file);
  }
}
