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
        Map.of(
            "__new", type(1, I32, I32),
            "__pin", type(1, I32),
            "__unpin", type(0, I32),
            "__collect", type(0))),
    C(Map.of("malloc", type(1, I32), "free", type(0, I32)));

    private final Map<String, Signature> exports;

    Language(Map<String, Signature> exports) {
      this.exports = exports;
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

  /** Puts a text there for the argument of the next call that has this index. */
  abstract int put(int index, String text);

  /** Puts bytes there for the argument of the next call that has this index. */
  abstract int put(int index, byte[] bytes);

  /** A text that the guest has returned, which it has no more use for. */
  abstract String takeText(int address);

  /** Bytes that the guest has returned, which it has no more use for. */
  abstract byte[] takeBytes(int address);

  /** Gives up what is of no use after a call that has returned, whose result has been taken. */
  abstract void endCall();

  /** A copy of bytes of the guest's memory, which are there. */
  final byte[] read(int address, int size) {
    var bytes = new byte[size];
    memory.read(address, bytes, 0, size);
    return bytes;
  }
}
