package dev.wasmrun.programs;

import static dev.wasmrun.programs.SerializationLayout.BOOLEANS;
import static dev.wasmrun.programs.SerializationLayout.ID;
import static dev.wasmrun.programs.SerializationLayout.ITEMS;
import static dev.wasmrun.programs.SerializationLayout.KIND;
import static dev.wasmrun.programs.SerializationLayout.LENGTH16;
import static dev.wasmrun.programs.SerializationLayout.LENGTH8;
import static dev.wasmrun.programs.SerializationLayout.STAMP;
import static dev.wasmrun.programs.SerializationLayout.TEXT16;
import static dev.wasmrun.programs.SerializationLayout.TEXT8;
import static dev.wasmrun.programs.SerializationLayout.TOTAL;
import static dev.wasmrun.programs.SerializationLayout.VERSION;
import static dev.wasmrun.programs.SerializationLayout.WEIGHT;
import static dev.wasmrun.programs.SerializationLayout.WRITER;

import dev.wasmrun.memory.LinearMemory;

/** The part of the shared block that one thread writes and all read: bytes that make up items. */
final class SerializedPart {
  private static final byte CURRENT_VERSION = 1;

  private final LinearMemory memory;
  private final int writer;
  private final int items;
  private final int part;

  /** The part of this writer, when every writer has so many items. */
  SerializedPart(LinearMemory memory, int writer, int items) {
    this.memory = memory;
    this.writer = writer;
    this.items = items;
    this.part = SerializationLayout.part(writer, items);
  }

  /** Writes all items, and what stands before them. */
  void write(long seed) throws InterruptedException {
    memory.fill(part + BOOLEANS, (byte) 0, SerializationLayout.booleansSize(items));
    double total = 0;
    int text8 = SerializationLayout.text8(items);
    int text16 = SerializationLayout.text16(items);
    for (int i = 0; i < items; i++) {
      checkInterrupt();
      SerializedItem item = SerializedItem.of(seed, writer, i);
      int at = SerializationLayout.item(part, i, items);
      if (item.flag()) {
        int eight = memory.getByte(flags(i));
        memory.setByte(flags(i), (byte) (eight | 1 << i % 8));
      }
      memory.setByte(at + KIND, item.kind());
      memory.setInt(at + ID, item.id());
      memory.setDouble(at + WEIGHT, item.weight());
      memory.setLong(at + STAMP, item.stamp());
      int length8 = memory.setUtf8(part + text8, item.text());
      memory.setInt(at + TEXT8, text8);
      memory.setShort(at + LENGTH8, (short) length8);
      int length16 = memory.setUtf16(part + text16, item.text());
      memory.setInt(at + TEXT16, text16);
      memory.setShort(at + LENGTH16, (short) length16);
      text8 += length8;
      text16 += length16;
      total += item.weight();
    }
    memory.setByte(part + VERSION, CURRENT_VERSION);
    memory.setInt(part + ITEMS, items);
    memory.setDouble(part + TOTAL, total);
    memory.setShort(part + WRITER, (short) writer);
  }

  /** How many items, or facts that stand before them, are not what the writer had to write. */
  long mismatches(long seed) throws InterruptedException {
    long mismatches = 0;
    if (memory.getByte(part + VERSION) != CURRENT_VERSION
        || memory.getInt(part + ITEMS) != items
        || memory.getShort(part + WRITER) != writer) {
      mismatches++;
    }
    double total = 0;
    for (int i = 0; i < items; i++) {
      checkInterrupt();
      SerializedItem expected = SerializedItem.of(seed, writer, i);
      total += expected.weight();
      if (!read(i, text8(i)).equals(expected) || !text16(i).equals(expected.text())) {
        mismatches++;
      }
    }
    return memory.getDouble(part + TOTAL) == total ? mismatches : mismatches + 1;
  }

  /** The digest of all that {@code digest} stands for, followed by what is in this part. */
  long digest(long digest) throws InterruptedException {
    digest = Mix64.digestOf(digest, Byte.toUnsignedLong(memory.getByte(part + VERSION)));
    digest = Mix64.digestOf(digest, Integer.toUnsignedLong(memory.getInt(part + ITEMS)));
    digest = Mix64.digestOf(digest, memory.getLong(part + TOTAL));
    digest = Mix64.digestOf(digest, Short.toUnsignedLong(memory.getShort(part + WRITER)));
    for (int i = 0; i < items; i++) {
      checkInterrupt();
      String text = text8(i);
      digest = read(i, text).digest(digest);
      digest = digest(digest, text);
      digest = digest(digest, text16(i));
    }
    return digest;
  }

  private static long digest(long digest, String text) {
    for (int codePoint : text.codePoints().toArray()) {
      digest = Mix64.digestOf(digest, codePoint);
    }
    return digest;
  }

  private SerializedItem read(int i, String text) {
    int at = SerializationLayout.item(part, i, items);
    return new SerializedItem(
        (memory.getByte(flags(i)) >> i % 8 & 1) != 0,
        memory.getByte(at + KIND),
        memory.getInt(at + ID),
        memory.getDouble(at + WEIGHT),
        memory.getLong(at + STAMP),
        text);
  }

  private String text8(int i) {
    int at = SerializationLayout.item(part, i, items);
    int length = Short.toUnsignedInt(memory.getShort(at + LENGTH8));
    return memory.getUtf8(part + memory.getInt(at + TEXT8), length);
  }

  private String text16(int i) {
    int at = SerializationLayout.item(part, i, items);
    int length = Short.toUnsignedInt(memory.getShort(at + LENGTH16));
    return memory.getUtf16(part + memory.getInt(at + TEXT16), length);
  }

  /** The address of the byte that item {@code i} shares with seven others for its flag. */
  private int flags(int i) {
    return part + BOOLEANS + i / 8;
  }

  private static void checkInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("serialization: interrupted between two items");
    }
  }
}
