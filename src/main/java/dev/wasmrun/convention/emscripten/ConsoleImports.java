package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.wasi.Descriptors;
import dev.wasmrun.wasi.ErrnoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The imports that write a line where a page has its console, and those that deliver random bytes.
 */
final class ConsoleImports {
  private static final int OUT = 1;
  private static final int ERR = 2;
  private static final int MOST_ENTROPY = 256;
  private static final int EIO = 29;

  private final Descriptors descriptors;
  private final ClockAndRandomness clockAndRandomness;

  ConsoleImports(Descriptors descriptors, ClockAndRandomness clockAndRandomness) {
    this.descriptors = descriptors;
    this.clockAndRandomness = clockAndRandomness;
  }

  Map<String, Import> all() {
    Import out = line(OUT);
    Import err = line(ERR);
    return Map.ofEntries(
        Map.entry("_emscripten_out", out),
        Map.entry("emscripten_out", out),
        Map.entry("emscripten_console_log", out),
        Map.entry("_emscripten_err", err),
        Map.entry("emscripten_err", err),
        Map.entry("emscripten_dbg", err),
        Map.entry("emscripten_console_warn", err),
        Map.entry("emscripten_console_error", err),
        Map.entry("emscripten_console_trace", err),
        Map.entry("emscripten_dbg_backtrace", err),
        Map.entry("emscripten_outn", part(OUT)),
        Map.entry("emscripten_errn", part(ERR)),
        Map.entry("emscripten_dbgn", part(ERR)),
        Map.entry(
            "emscripten_random",
            new Import(0, (caller, args) -> Float.floatToRawIntBits(fraction()))),
        Map.entry(
            "getentropy",
            new Import(2, (caller, args) -> entropy(caller, (int) args[0], (int) args[1]))));
  }

  private Import line(int descriptor) {
    return Import.ofVoid(
        1,
        (caller, args) ->
            write(descriptor, EndImports.text(caller.memory(), (int) args[0]) + "\n"));
  }

  /** A line of so many bytes. */
  private Import part(int descriptor) {
    return Import.ofVoid(
        2,
        (caller, args) ->
            write(descriptor, caller.memory().getUtf8((int) args[0], (int) args[1]) + "\n"));
  }

  /** Writes a line, to standard output or to standard error. */
  void line(boolean error, String text) {
    write(error ? ERR : OUT, text + "\n");
  }

  /** A console takes what it can; that its reader has gone is told to whoever writes to stdio. */
  private void write(int descriptor, String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    try {
      descriptors.write(descriptor, bytes, bytes.length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestInterrupted(e);
    } catch (IOException | ErrnoException e) {
      return;
    }
  }

  /** In [0, 1), as JavaScript's Math.random. */
  private float fraction() {
    var bytes = new byte[Integer.BYTES];
    clockAndRandomness.fillRandomly(bytes);
    return (ByteBuffer.wrap(bytes).getInt() >>> 8) / (float) (1 << 24);
  }

  private int entropy(Guest guest, int into, int length) {
    if (length < 0 || length > MOST_ENTROPY) {
      ErrnoLocation.set(guest, EIO);
      return -1;
    }
    LinearMemory memory = guest.memory();
    var bytes = new byte[length];
    clockAndRandomness.fillRandomly(bytes);
    memory.write(into, bytes, 0, length);
    return 0;
  }
}
