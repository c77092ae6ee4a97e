package dev.wasmrun.spark;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestFunction;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem.Kind;
import java.util.Optional;

/**
 * Texts and binaries in the memory of a guest, as its language has them:
 *
 * <pre>
 * AssemblyScript, built with --exportRuntime: a string, and an ArrayBuffer
 *          ┌───────────┬───────────┬──────────────────────┐
 *          │ class id  │ size      │ UTF-16, or the bytes  │    made by __new, and pinned for a call
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
  private final Guest guest;

  /** Begins to use the memory of a guest. */
  GuestText(Guest guest) {
    this.guest = guest;
  }

  /** The languages that are known, by what a module of theirs exports. */
  enum Language {
    ASSEMBLYSCRIPT("__new", "__pin", "__unpin"),
    C("malloc", "free");

    private final String[] exports;

    Language(String... exports) {
      this.exports = exports;
    }

    /** The language of a module, if it exports what is needed. */
    static Optional<Language> of(GuestModule module) {
      for (Language language : values()) {
        if (language.isOf(module)) {
          return Optional.of(language);
        }
      }
      return Optional.empty();
    }

    private boolean isOf(GuestModule module) {
      for (String export : exports) {
        if (module.exports().get(export) != Kind.FUNCTION) {
          return false;
        }
      }
      return true;
    }

    /**
     * The texts of a guest.
     *
     * @throws UsageException if an export is not what it is called as
     */
    GuestText in(Guest guest) {
      return this == ASSEMBLYSCRIPT ? new AssemblyScriptText(guest) : new CText(guest);
    }
  }

  final LinearMemory memory() {
    return guest.memory();
  }

  /** An exported function that all of this needs. */
  final GuestFunction function(String export) {
    return guest.function(export);
  }

  /** Puts a text there, until {@link #release}. */
  abstract int put(String text);

  /** Puts bytes there, until {@link #release}. */
  abstract int put(byte[] bytes);

  /** A text that the guest has returned, which it has no more use for. */
  abstract String takeText(int address);

  /** Bytes that the guest has returned, which it has no more use for. */
  abstract byte[] takeBytes(int address);

  /** Gives back what was put there. */
  abstract void release(int address);

  /**
   * A copy of bytes of the guest's memory.
   *
   * @param size unsigned
   */
  final byte[] read(int address, int size) {
    guest.memory().requireBytes(address, size); // before the array, whose size a guest has chosen
    var bytes = new byte[size];
    guest.memory().read(address, bytes, 0, size);
    return bytes;
  }
}
