package dev.wasmrun.convention.bindgen;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.HostFault;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Functions of JavaScript and the web that many libraries import and that need no engine: the
 * global object as far as it leads to them, random numbers, clocks, arrays of bytes, the console.
 */
final class WebImports {
  private static final double NANOS_PER_MILLI = 1_000_000;
  private static final long MOST_BYTES = 1 << 30;

  private final RunListener listener;
  private final ClockAndRandomness clockAndRandomness;
  private final RayonThreads threads;
  private final Map<String, ImportCall.Body> all = new HashMap<>();

  private WebImports(
      RunListener listener, ClockAndRandomness clockAndRandomness, RayonThreads threads) {
    this.listener = listener;
    this.clockAndRandomness = clockAndRandomness;
    this.threads = threads;
  }

  /** All of them, by the name without what comes before and after it. */
  static Map<String, ImportCall.Body> all(
      RunListener listener, ClockAndRandomness clockAndRandomness, RayonThreads threads) {
    var imports = new WebImports(listener, clockAndRandomness, threads);
    imports.defineGlobals();
    imports.defineTimeAndChance();
    imports.defineBytes();
    imports.defineConsole();
    imports.all.put("Error", call -> call.give("Error: " + call.text(0)));
    return imports.all;
  }

  private void defineGlobals() {
    for (String name :
        List.of(
            "self",
            "globalThis",
            "global",
            "static_accessor_SELF",
            "static_accessor_GLOBAL",
            "static_accessor_GLOBAL_THIS")) {
      all.put(name, call -> call.give(Special.GLOBAL));
    }
    for (String name :
        List.of("window", "static_accessor_WINDOW", "process", "versions", "node", "msCrypto")) {
      all.put(name, call -> call.giveOptional(Special.UNDEFINED));
    }
    for (String name : List.of("instanceof_Window", "instanceof_WorkerGlobalScope")) {
      all.put(name, call -> 0);
    }
    ImportCall.Body function =
        call -> {
          if (!call.text(0).trim().replace(";", "").equals("return this")) {
            throw new HostFault("the guest makes a function of JavaScript: " + call.text(0));
          }
          return call.give(Special.RETURN_THIS);
        };
    all.put("newnoargs", function);
    all.put("new_no_args", function);
    all.put(
        "call",
        call -> {
          if (call.object(0) != Special.RETURN_THIS) {
            throw new HostFault("the guest calls a function of JavaScript");
          }
          return call.give(Special.GLOBAL);
        });
    all.put(
        "startWorkers",
        call -> {
          call.taken(0);
          call.taken(1);
          threads.ask(call.integer(2));
          return call.give(Special.PROMISE);
        });
  }

  private void defineTimeAndChance() {
    all.put(
        "now",
        call ->
            bits(
                call.args().length == 0
                    ? Math.floor(clockAndRandomness.epochNanos() / NANOS_PER_MILLI)
                    : clockAndRandomness.nanoTime() / NANOS_PER_MILLI));
    all.put("performance", call -> call.give(Special.PERFORMANCE));
    all.put("crypto", call -> call.give(Special.CRYPTO));
    all.put("random", call -> bits(fraction()));
    for (String name : List.of("getRandomValues", "randomFillSync")) {
      all.put(name, this::fillRandomly);
    }
  }

  private static long bits(double number) {
    return Double.doubleToRawLongBits(number);
  }

  /** From 0 up to 1, as random as a double can be. */
  private double fraction() {
    var bytes = new byte[Long.BYTES];
    clockAndRandomness.fillRandomly(bytes);
    return (ByteBuffer.wrap(bytes).getLong() >>> 11) * 0x1p-53;
  }

  /** An array of bytes is an object behind that of cryptography, or an address and a length. */
  private long fillRandomly(ImportCall call) {
    int slice = call.args().length - 2; // where it begins, if it is one
    Bytes target =
        slice == 0 && call.isObject(0, Special.CRYPTO) && call.taken(1) instanceof Bytes array
            ? array
            : new Bytes.InMemory(
                call.guest().memory(), call.integer(slice), call.integer(slice + 1));
    var bytes = new byte[target.length()];
    clockAndRandomness.fillRandomly(bytes);
    target.write(0, bytes);
    return 0;
  }

  private void defineBytes() {
    all.put("buffer", call -> call.give(call.object(0)));
    for (String name : List.of("newwithbyteoffsetandlength", "new_with_byte_offset_and_length")) {
      all.put(name, call -> call.give(whole(call, 0).part(call.integer(1), end(call, 1))));
    }
    for (String name : List.of("newwithlength", "new_with_length")) {
      all.put(
          name,
          call -> {
            long length = Integer.toUnsignedLong(call.integer(0));
            if (length > MOST_BYTES) {
              throw new HostFault("the guest makes an array of %s bytes".formatted(length));
            }
            return call.give(new Bytes.Apart(new byte[(int) length]));
          });
    }
    all.put("subarray", call -> call.give(whole(call, 0).part(call.integer(1), call.integer(2))));
    all.put("new", WebImports::construct);
    all.put("new_from_slice", call -> call.give(new Bytes.Apart(call.bytes(0))));
    all.put( // of a picture its pixels; what its sizes are the caller knows
        "new_with_owned_u8_clamped_array_and_sh",
        call -> {
          byte[] pixels = call.bytes(0);
          call.allocator().free(call.guest(), call.integer(0), pixels.length, 1);
          return call.give(new Bytes.Apart(pixels));
        });
    all.put("instanceof_Uint8Array", call -> call.object(0) instanceof Bytes ? 1 : 0);
    all.put(
        "set",
        call -> {
          whole(call, 0).write(call.integer(2), whole(call, 1).read());
          return 0;
        });
    all.put(
        "prototypesetcall",
        call -> {
          int length = call.integer(1);
          var target = new Bytes.InMemory(call.guest().memory(), call.integer(0), length);
          target.write(0, whole(call, 2).read());
          return 0;
        });
    all.put("length", call -> whole(call, 0).length());
    all.put("byteLength", call -> whole(call, 0).length());
  }

  /** Of which class, only its arguments tell: an error of a text, or an array of other bytes. */
  private static long construct(ImportCall call) {
    return switch (call.args().length) {
      case 1 -> call.give(whole(call, 0).part(0, Integer.MAX_VALUE));
      case 2 -> call.give("Error: " + call.text(0));
      default -> throw new HostFault("the guest makes an object of JavaScript");
    };
  }

  private static int end(ImportCall call, int index) {
    return call.integer(index) + call.integer(index + 1);
  }

  /** An array of bytes; the memory is one, too. */
  private static Bytes whole(ImportCall call, int index) {
    Object value = call.object(index);
    if (value == Special.MEMORY) {
      int length = (int) Math.min(call.guest().memory().byteSize(), Integer.MAX_VALUE);
      return new Bytes.InMemory(call.guest().memory(), 0, length);
    }
    if (value instanceof Bytes bytes) {
      return bytes;
    }
    throw new HostFault("the guest takes a value of JavaScript for an array of bytes");
  }

  private void defineConsole() {
    for (String name : List.of("log", "info", "debug")) {
      all.put(name, call -> tell(call, text -> listener.printed(text + "\n")));
    }
    for (String name : List.of("warn", "error")) {
      all.put(name, call -> tell(call, listener::noticed));
    }
  }

  /** One value of JavaScript, or the address and the length of a text. */
  private static long tell(ImportCall call, Consumer<String> told) {
    told.accept(call.args().length == 2 ? call.text(0) : String.valueOf(call.object(0)));
    return 0;
  }
}
