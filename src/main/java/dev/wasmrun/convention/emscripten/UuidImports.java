package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.ofVoid;

import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.memory.LinearMemory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** The imports of {@code uuid/uuid.h}; a UUID is 16 bytes in memory, in the order of its text. */
final class UuidImports {
  private static final int SIZE = 16;
  private static final int TEXT = 36;
  private static final int RANDOM = 4;
  private static final int VARIANT = 1;

  /** Where a random one has its version and its variant, and the bits that say them. */
  private static final int VERSION_BYTE = 6;

  private static final int VARIANT_BYTE = 8;

  private final ClockAndRandomness circumstances;

  UuidImports(ClockAndRandomness circumstances) {
    this.circumstances = circumstances;
  }

  Map<String, Import> all() {
    return Map.ofEntries(
        Map.entry("uuid_clear", ofVoid(1, (c, args) -> write(c, args[0], new byte[SIZE]))),
        Map.entry("uuid_copy", ofVoid(2, (c, args) -> write(c, args[0], read(c, args[1])))),
        Map.entry("uuid_generate", ofVoid(1, (c, args) -> write(c, args[0], generate()))),
        Map.entry(
            "uuid_compare",
            new Import(2, (c, args) -> Arrays.compareUnsigned(read(c, args[0]), read(c, args[1])))),
        Map.entry(
            "uuid_is_null",
            new Import(1, (c, args) -> Arrays.equals(read(c, args[0]), new byte[SIZE]) ? 1 : 0)),
        Map.entry("uuid_parse", new Import(2, UuidImports::parse)),
        Map.entry("uuid_unparse", unparse(text -> text)),
        Map.entry("uuid_unparse_lower", unparse(text -> text)),
        Map.entry("uuid_unparse_upper", unparse(text -> text.toUpperCase(Locale.ROOT))),
        Map.entry("uuid_type", new Import(1, (c, args) -> RANDOM)),
        Map.entry("uuid_variant", new Import(1, (c, args) -> VARIANT)));
  }

  private byte[] generate() {
    var bytes = new byte[SIZE];
    circumstances.fillRandomly(bytes);
    bytes[VERSION_BYTE] = (byte) (bytes[VERSION_BYTE] & 0x0F | RANDOM << 4);
    bytes[VARIANT_BYTE] = (byte) (bytes[VARIANT_BYTE] & 0x3F | 0x80);
    return bytes;
  }

  private static byte[] read(Guest caller, long address) {
    var bytes = new byte[SIZE];
    caller.memory().read((int) address, bytes, 0, SIZE);
    return bytes;
  }

  private static void write(Guest caller, long address, byte[] bytes) {
    caller.memory().write((int) address, bytes, 0, bytes.length);
  }

  /** 0, or -1 if the text is no UUID. */
  private static long parse(Guest caller, long[] args) {
    LinearMemory memory = caller.memory();
    String text = EndImports.text(memory, (int) args[0]);
    if (!text.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}")) {
      return -1;
    }
    UUID uuid = UUID.fromString(text);
    var bytes = ByteBuffer.allocate(SIZE);
    bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    write(caller, args[1], bytes.array());
    return 0;
  }

  private static Import unparse(UnaryOperator<String> letters) {
    return ofVoid(
        2,
        (caller, args) -> {
          ByteBuffer bytes = ByteBuffer.wrap(read(caller, args[0]));
          String text = letters.apply(new UUID(bytes.getLong(), bytes.getLong()).toString());
          caller.memory().setUtf8((int) args[1], text);
          caller.memory().setByte((int) args[1] + TEXT, (byte) 0);
        });
  }
}
