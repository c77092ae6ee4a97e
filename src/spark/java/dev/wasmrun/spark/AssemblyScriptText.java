package dev.wasmrun.spark;

import dev.wasmrun.guest.Guest;
import java.util.function.IntBinaryOperator;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import org.apache.spark.unsafe.types.UTF8String;

/** Strings and ArrayBuffers of AssemblyScript, made by the runtime that the module exports. */
final class AssemblyScriptText extends GuestText {
  /** Ids of classes that the language defines. */
  private static final int ARRAY_BUFFER = 1;

  private static final int STRING = 2;

  /** Where the class of an object and its size in bytes are, from its address. */
  private static final int CLASS = -8;

  private static final int SIZE = -4;

  /** Before so many bytes have been passed, nothing is collected. */
  private static final long LITTLE = 1 << 20;

  /** How many characters a long has. */
  private static final int CHARS = Long.BYTES / Character.BYTES;

  /** What no character of ASCII has. */
  private static final long NOT_ASCII = 0xFF80_FF80_FF80_FF80L;

  private final IntBinaryOperator create;
  private final IntUnaryOperator pin;
  private final IntConsumer unpin;
  private final Runnable collect;

  /** Characters on their way to the memory. */
  private final char[] piece = new char[1024];

  /** The arguments of this call but for the last. */
  private final int[] pinned = new int[WasmUdf.MOST_PARAMETERS];

  private int pins;

  /** The last argument so far, 0 if there is none. */
  private int last;

  /** The bytes of texts and binaries since the garbage was collected. */
  private long passed;

  AssemblyScriptText(Guest guest) {
    super(guest);
    this.create = guest.function("__new").as(IntBinaryOperator.class);
    this.pin = guest.function("__pin").as(IntUnaryOperator.class);
    this.unpin = guest.function("__unpin").as(IntConsumer.class);
    this.collect = guest.function("__collect").as(Runnable.class);
  }

  @Override
  int put(String text) {
    int length = text.length();
    int address = make(Character.BYTES * length, STRING);
    for (int done = 0; done < length; done += piece.length) {
      int next = Math.min(piece.length, length - done);
      text.getChars(done, done + next, piece, 0);
      write(address + Character.BYTES * done, next);
    }
    return address;
  }

  /** Writes the first characters of the piece. */
  private void write(int address, int length) {
    int i = 0;
    for (; i + CHARS <= length; i += CHARS) {
      long low = piece[i] | (long) piece[i + 1] << 16;
      long high = piece[i + 2] | (long) piece[i + 3] << 16;
      memory().setLong(address + Character.BYTES * i, low | high << 32);
    }
    for (; i < length; i++) {
      memory().setShort(address + Character.BYTES * i, (short) piece[i]);
    }
  }

  @Override
  int put(byte[] bytes) {
    int address = make(bytes.length, ARRAY_BUFFER);
    CopiedBytes.write(memory(), address, bytes);
    return address;
  }

  /** A new object, which lives until something else is made: the call that follows roots it. */
  private int make(int size, int type) {
    if (last != 0) {
      pinned[pins++] = pin.applyAsInt(last);
    }
    last = create.applyAsInt(size, type);
    passed += size;
    return last;
  }

  @Override
  UTF8String takeText(int address) {
    int length = size(address, STRING, "a string, which a STRING is") / Character.BYTES;
    var ascii = new byte[length];
    long all = 0;
    int i = 0;
    for (; i + CHARS <= length && (all & NOT_ASCII) == 0; i += CHARS) {
      long four = memory().getLong(address + Character.BYTES * i);
      CopiedBytes.setFour(ascii, i, lowBytes(four));
      all |= four;
    }
    for (; i < length && (all & NOT_ASCII) == 0; i++) {
      int one = memory().getShort(address + Character.BYTES * i);
      ascii[i] = (byte) one;
      all |= one;
    }
    return (all & NOT_ASCII) == 0
        ? UTF8String.fromBytes(ascii)
        : UTF8String.fromString(string(address, length));
  }

  /** The lower halves of four 16-bit numbers. */
  private static int lowBytes(long four) {
    long pairs = four | four >>> 8;
    return (int) (pairs & 0xFFFF | pairs >>> 16 & 0xFFFF_0000L);
  }

  private String string(int address, int length) {
    var chars = new char[length];
    int i = 0;
    for (; i + CHARS <= length; i += CHARS) {
      long four = memory().getLong(address + Character.BYTES * i);
      chars[i] = (char) four;
      chars[i + 1] = (char) (four >>> 16);
      chars[i + 2] = (char) (four >>> 32);
      chars[i + 3] = (char) (four >>> 48);
    }
    for (; i < length; i++) {
      chars[i] = (char) memory().getShort(address + Character.BYTES * i);
    }
    return new String(chars);
  }

  @Override
  byte[] takeBytes(int address) {
    return CopiedBytes.read(
        memory(), address, size(address, ARRAY_BUFFER, "an ArrayBuffer, which a BINARY is"));
  }

  private int size(int address, int type, String wanted) {
    int found = memory().getInt(address + CLASS);
    if (found != type) {
      throw new WasmException(
          "a result of class %s of AssemblyScript's, and not %s".formatted(found, wanted));
    }
    int size = memory().getInt(address + SIZE);
    memory().requireBytes(address, size); // before the array, whose size a guest has chosen
    passed += size;
    return size;
  }

  @Override
  void endCall() {
    while (pins > 0) {
      unpin.accept(pinned[--pins]);
    }
    last = 0;
    // The runtime called "minimal" collects nothing by itself. Here no text is used any more.
    if (passed > Math.max(LITTLE, memory().byteSize() / 8)) {
      passed = 0;
      collect.run();
    }
  }
}
