package dev.wasmrun.spark;

import dev.wasmrun.guest.Guest;
import java.util.function.IntBinaryOperator;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

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

  private final IntBinaryOperator create;
  private final IntUnaryOperator pin;
  private final IntConsumer unpin;
  private final Runnable collect;

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
  int put(int index, String text) {
    int length = text.length();
    int address = make(2 * length, STRING);
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      long low = text.charAt(i) | (long) text.charAt(i + 1) << 16;
      long high = text.charAt(i + 2) | (long) text.charAt(i + 3) << 16;
      memory().setLong(address + 2 * i, low | high << 32);
    }
    for (; i < length; i++) {
      memory().setShort(address + 2 * i, (short) text.charAt(i));
    }
    return address;
  }

  @Override
  int put(int index, byte[] bytes) {
    int address = make(bytes.length, ARRAY_BUFFER);
    memory().write(address, bytes, 0, bytes.length);
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
  String takeText(int address) {
    int size = size(address, STRING, "a string, which a STRING is");
    var chars = new char[size / 2];
    int i = 0;
    for (; i + 4 <= chars.length; i += 4) {
      long four = memory().getLong(address + 2 * i);
      chars[i] = (char) four;
      chars[i + 1] = (char) (four >>> 16);
      chars[i + 2] = (char) (four >>> 32);
      chars[i + 3] = (char) (four >>> 48);
    }
    for (; i < chars.length; i++) {
      chars[i] = (char) memory().getShort(address + 2 * i);
    }
    return new String(chars);
  }

  @Override
  byte[] takeBytes(int address) {
    return read(address, size(address, ARRAY_BUFFER, "an ArrayBuffer, which a BINARY is"));
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
