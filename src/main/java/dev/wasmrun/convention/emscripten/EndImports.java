package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.ofVoid;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestUnwound;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.memory.LinearMemory;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The imports by which a program ends, in order or by a failure. */
final class EndImports {
  private static final int LONGEST_TEXT = 4096;

  private final Ending ending;
  private final EventLoops loops;

  EndImports(Ending ending, EventLoops loops) {
    this.ending = ending;
    this.loops = loops;
  }

  Map<String, Import> all() {
    var abort = ofVoid(0, (caller, args) -> abort("the program called abort()"));
    return Map.ofEntries(
        Map.entry("exit", ofVoid(1, this::exit)),
        Map.entry("emscripten_force_exit", ofVoid(1, this::forceExit)),
        Map.entry("abort", abort),
        Map.entry("_abort_js", abort),
        Map.entry("__assert_fail", ofVoid(4, EndImports::assertionFailed)),
        Map.entry(
            "__handle_stack_overflow",
            ofVoid(
                0, (caller, args) -> abort("stack overflow; build with a larger -sSTACK_SIZE"))));
  }

  /** Ends the program, unless its main thread has something left to do, which ends it later. */
  private void exit(Guest guest, long[] args) {
    int code = (int) args[0];
    if (loops.isMain(guest) && loops.of(guest).keepsAlive() && !ending.hasBegun()) {
      loops.exitsWith(code);
      throw new GuestUnwound();
    }
    throw ending.exit(guest, code);
  }

  private void forceExit(Guest guest, long[] args) {
    throw ending.exit(guest, (int) args[0]);
  }

  static void abort(String why) {
    throw new Trap(TrapCode.ABORT, why);
  }

  private static void assertionFailed(Guest guest, long[] args) {
    LinearMemory memory = guest.memory();
    abort(
        "assertion failed: %s, at %s:%s, in %s"
            .formatted(
                text(memory, (int) args[0]),
                text(memory, (int) args[1]),
                (int) args[2],
                text(memory, (int) args[3])));
  }

  /** A C string, cut at 4096 bytes; "unknown" for the null pointer. */
  static String text(LinearMemory memory, int address) {
    return address == 0 ? "unknown" : memory.getUtf8(address, length(memory, address));
  }

  /** A C string, cut at 4096 bytes, with a character for each byte, whatever they encode. */
  static String bytes(LinearMemory memory, int address) {
    byte[] bytes = new byte[length(memory, address)];
    memory.read(address, bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static int length(LinearMemory memory, int address) {
    int length = 0;
    while (length < LONGEST_TEXT && memory.getByte(address + length) != 0) {
      length++;
    }
    return length;
  }
}
