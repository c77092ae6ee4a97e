package dev.wasmrun.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.Fixtures;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.module.GuestModule;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/** Texts of every short length, and of all kinds of bytes, in the memories of guests. */
final class GuestTextTest {
  private static final int LONGEST = 150;
  private static final int TIMES = 20;

  private final Random random = new Random(1);

  private static Guest guest(String fixture) {
    return TaskGuest.borrow(new ModuleBinary(Fixtures.bytes(fixture))).guest();
  }

  /** A text of so many characters, of which most or some are letters. */
  private String text(int length, int others) {
    var text = new StringBuilder();
    while (text.length() < length) {
      boolean letter = random.nextInt(100) >= others;
      text.appendCodePoint(
          letter
              ? 'a' + random.nextInt(26)
              : Character.toCodePoint('\uD83D', '\uDE00') - random.nextInt(0x1000));
    }
    return text.toString();
  }

  @Test
  void aTextIsBytesThatEndWithANulInC() {
    Guest guest = guest("udf-text");
    var texts = new CText(guest);
    for (int length = 0; length < LONGEST; length++) {
      for (int times = 0; times < TIMES; times++) {
        String text = text(length, times);
        byte[] expected = text.getBytes(StandardCharsets.UTF_8);
        int address = texts.putText(text);
        assertArrayEquals(
            Arrays.copyOf(expected, expected.length + 1),
            guest.memory().getBytes(address, expected.length + 1));
        texts.endCall();
      }
    }
  }

  @Test
  void aNulIsFoundWhereverItIs() {
    var texts = new CText(guest("udf-text"));
    for (int length = 1; length < LONGEST; length++) {
      for (int at = 0; at < length; at++) {
        String text = "x".repeat(at) + "\0" + "y".repeat(length - at - 1);
        assertThrows(WasmException.class, () -> texts.putText(text));
      }
    }
  }

  @Test
  void whatIsNoUtf8IsReplacedAsInJava() {
    Guest guest = guest("udf-text");
    var texts = new CText(guest);
    for (int length = 0; length < LONGEST; length++) {
      for (int times = 0; times < TIMES; times++) {
        byte[] bytes = text(length, times).getBytes(StandardCharsets.UTF_8);
        for (int damaged = random.nextInt(3); damaged > 0 && bytes.length > 0; damaged--) {
          bytes[random.nextInt(bytes.length)] = (byte) (1 + random.nextInt(255));
        }
        int address = (int) guest.function("malloc").call(bytes.length + 1)[0];
        guest.memory().write(address, bytes, 0, bytes.length);
        guest.memory().setByte(address + bytes.length, (byte) 0);
        assertEquals(
            UTF8String.fromString(new String(bytes, StandardCharsets.UTF_8)),
            texts.textAt(address));
      }
    }
    assertEquals(0, guest.function("live").call(0)[0]);
  }

  @Test
  void aTextMayEndWhereTheMemoryDoes() {
    Guest guest = guest("udf-text");
    var texts = new CText(guest);
    for (int length = 0; length < 20; length++) {
      guest.function("malloc").call(1); // for what is freed with the text
      int address = (int) guest.memory().byteSize() - length - 1;
      guest
          .memory()
          .write(address, "x".repeat(length).getBytes(StandardCharsets.US_ASCII), 0, length);
      assertEquals(UTF8String.fromString("x".repeat(length)), texts.textAt(address));
    }
  }

  @Test
  void bytesAreThemselves() {
    for (String fixture : new String[] {"udf-text", "as-texts"}) {
      Guest guest = guest(fixture);
      GuestText texts =
          GuestText.Language.of(GuestModule.of(fixture, Fixtures.bytes(fixture)))
              .orElseThrow()
              .in(guest);
      for (int length = 0; length < LONGEST; length++) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        assertArrayEquals(bytes, (byte[]) texts.bytesAt(texts.putBytes(bytes)));
        texts.endCall();
      }
    }
  }

  @Test
  void aTextIsUtf16InAssemblyScript() {
    Guest guest = guest("as-texts");
    var texts = new AssemblyScriptText(guest);
    for (int length :
        IntStream.concat(IntStream.range(0, LONGEST), IntStream.of(1023, 1024, 1025, 5000))
            .toArray()) {
      for (int times = 0; times < TIMES; times++) {
        String text = text(length, times);
        byte[] expected = text.getBytes(StandardCharsets.UTF_16LE);
        int address = texts.putText(text);
        assertArrayEquals(expected, guest.memory().getBytes(address, expected.length));
        assertEquals(UTF8String.fromString(text), texts.textAt(address));
        texts.endCall();
      }
    }
  }

  @Test
  void halfAPairIsReplacedAsInJava() {
    Guest guest = guest("as-texts");
    var texts = new AssemblyScriptText(guest);
    for (int length = 1; length < LONGEST; length++) {
      for (int times = 0; times < TIMES; times++) {
        char[] chars = "x".repeat(length).toCharArray();
        chars[random.nextInt(length)] = (char) (0x80 + random.nextInt(0xFF80));
        chars[random.nextInt(length)] = (char) random.nextInt(0x80);
        String text = new String(chars);
        assertEquals(UTF8String.fromString(text), texts.textAt(texts.putText(text)));
        texts.endCall();
      }
    }
  }
}
