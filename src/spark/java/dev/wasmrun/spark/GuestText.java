package dev.wasmrun.spark;

import static dev.wasmrun.module.ValueType.I32;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Texts and binaries in the memory of a guest, as its language has them:
 *
 * <pre>
 * AssemblyScript, built with --exportRuntime: a string, and an ArrayBuffer
 *          ┌───────────┬───────────┬──────────────────────┐
 *          │ class id  │ size      │ UTF-16, or the bytes  │    made by __new for a call
 *          └───────────┴───────────┴──────────────────────┘
 *                      -4          ▲ what is passed and returned
 *
 * C, which exports malloc and free: a char * to UTF-8 that ends with a NUL, and a block
 *          ┌───────────┬───────────┐
 *          │ size: u32 │ the bytes │    made by malloc; freed after the call,
 *          └───────────┴───────────┘    the result, too
 *          ▲ what is passed and returned
 * </pre>
 *
 * <p>A result of 0 is NULL. A text with a NUL cannot be passed to C.
 */
abstract class GuestText {
  private final LinearMemory memory;

  /** Begins to use the memory of a guest. */
  GuestText(Guest guest) {
    this.memory = guest.memory();
  }

  /** The languages that are known, by what a module of theirs exports. */
  enum Language {
    ASSEMBLYSCRIPT(
        AssemblyScriptText.class,
        Map.of(
            "__new", type(1, I32, I32),
            "__pin", type(1, I32),
            "__unpin", type(0, I32),
            "__collect", type(0))),
    C(CText.class, Map.of("malloc", type(1, I32), "free", type(0, I32)));

    private final Class<? extends GuestText> type;
    private final Map<String, Signature> exports;

    Language(Class<? extends GuestText> type, Map<String, Signature> exports) {
      this.type = type;
      this.exports = exports;
    }

    /** Of what class the texts of a guest are. */
    Class<? extends GuestText> type() {
      return type;
    }

    private static Signature type(int results, ValueType... params) {
      return new Signature(List.of(params), Collections.nCopies(results, I32));
    }

    /**
     * The language of a module, if it exports what is needed.
     *
     * @throws UsageException if an export has not the type that it is to have
     */
    static Optional<Language> of(GuestModule module) {
      for (Language language : values()) {
        if (module.exportedFunctions().keySet().containsAll(language.exports.keySet())) {
          language.exports.forEach((name, type) -> WasmUdf.require(module, name, type));
          return Optional.of(language);
        }
      }
      return Optional.empty();
    }

    /** The texts of a guest. */
    GuestText in(Guest guest) {
      return this == ASSEMBLYSCRIPT ? new AssemblyScriptText(guest) : new CText(guest);
    }
  }

  final LinearMemory memory() {
    return memory;
  }

  /**
   * Puts a text there for the next call.
   *
   * @return where it is
   * @throws WasmException if it is no text, or there is no room
   */
  final int putText(Object value) {
    return put(required(String.class, value, DataTypes.StringType));
  }

  /**
   * Puts bytes there for the next call.
   *
   * @return where they are
   * @throws WasmException if the value is no binary, or there is no room
   */
  final int putBytes(Object value) {
    return put(required(byte[].class, value, DataTypes.BinaryType));
  }

  private static <T> T required(Class<T> type, Object value, DataType sql) {
    if (!type.isInstance(value)) {
      throw new WasmException(
          "%s, for example %s, where the function takes a %s"
              .formatted(Numbers.aType(value), value, sql.sql()));
    }
    return type.cast(value);
  }

  /** A text that the guest has returned, which it has no more use for; null at 0. */
  final Object textAt(int address) {
    return address == 0 ? null : takeText(address);
  }

  /** Bytes that the guest has returned, which it has no more use for; null at 0. */
  final Object bytesAt(int address) {
    return address == 0 ? null : takeBytes(address);
  }

  /** Gives up what is of no use after a call that has returned this, which has been taken. */
  final Object ended(Object result) {
    endCall();
    return result;
  }

  abstract int put(String text);

  abstract int put(byte[] bytes);

  abstract UTF8String takeText(int address);

  abstract byte[] takeBytes(int address);

  abstract void endCall();
}
