package dev.wasmrun.convention.worker;

import static dev.wasmrun.module.ValueType.F64;
import static dev.wasmrun.module.ValueType.I32;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.module.Signature;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/**
 * What AssemblyScript's standard library imports.
 *
 * <pre>
 *   env.abort(msg, file, line, column)        a failed assertion or a thrown error
 *   env.trace(msg, n, a0: f64 … a4: f64)      trace()
 *   env.seed() -> f64                         seeds Math.random
 *   env.console.log(msg), info, debug         print a line
 *   env.console.warn(msg), error              tell a line
 *   env.console.assert(condition, msg)        tells a line where the condition is 0
 *   env.console.time(label), timeLog, timeEnd print a time since then
 *   env.Date.now() -> f64                     milliseconds since 1970
 *   env.performance.now() -> f64              milliseconds since the run began
 *   env.process.exit(code)                    ends the run
 * </pre>
 *
 * <p>All threads of a run share the labels of times.
 */
final class AssemblyScriptImports {
  private static final String MODULE = "env";
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final RunListener listener;
  private final ClockAndRandomness clockAndRandomness;
  private final long begin;
  private final Map<String, Long> times = new ConcurrentHashMap<>();

  /** Creates the imports of one run. */
  AssemblyScriptImports(RunListener listener, ClockAndRandomness clockAndRandomness) {
    this.listener = listener;
    this.clockAndRandomness = clockAndRandomness;
    this.begin = clockAndRandomness.nanoTime();
  }

  List<HostFunction> functions() {
    var functions = new ArrayList<HostFunction>();
    functions.add(
        HostFunction.ofVoid(
            MODULE, "abort", List.of(I32, I32, I32, I32), AssemblyScriptImports::abort));
    functions.add(
        HostFunction.ofVoid(
            MODULE,
            "trace",
            List.of(I32, I32, F64, F64, F64, F64, F64),
            (guest, args) -> listener.noticed(trace(guest, args))));
    functions.add(number("seed", this::seed));
    for (String name : List.of("log", "info", "debug")) {
      functions.add(console(name, text -> listener.printed(text + "\n")));
    }
    for (String name : List.of("warn", "error")) {
      functions.add(console(name, listener::noticed));
    }
    functions.add(
        HostFunction.ofVoid(MODULE, "console.assert", List.of(I32, I32), this::assertTrue));
    functions.add(console("time", label -> times.put(label, clockAndRandomness.nanoTime())));
    functions.add(console("timeLog", label -> tellTime(label, times.get(label))));
    functions.add(console("timeEnd", label -> tellTime(label, times.remove(label))));
    functions.add(
        number("Date.now", () -> Math.floorDiv(clockAndRandomness.epochNanos(), NANOS_PER_MILLI)));
    functions.add(number("performance.now", () -> since(begin)));
    functions.add(
        HostFunction.ofVoid(
            MODULE,
            "process.exit",
            List.of(I32),
            (guest, args) -> {
              throw new GuestExit((int) args[0]);
            }));
    return functions;
  }

  private interface Telling {
    void tell(String text);
  }

  private static HostFunction console(String name, Telling telling) {
    return HostFunction.ofVoid(
        MODULE,
        "console." + name,
        List.of(I32),
        (guest, args) -> telling.tell(AssemblyScriptStrings.read(guest.memory(), (int) args[0])));
  }

  private static HostFunction number(String name, DoubleSupplier value) {
    return new HostFunction(
        MODULE,
        name,
        new Signature(List.of(), List.of(F64)),
        (guest, args) -> new long[] {Double.doubleToRawLongBits(value.getAsDouble())});
  }

  private static void abort(Guest guest, long[] args) {
    String message = AssemblyScriptStrings.read(guest.memory(), (int) args[0]);
    String file = AssemblyScriptStrings.read(guest.memory(), (int) args[1]);
    throw new Trap(
        TrapCode.ABORT,
        String.format(Locale.ROOT, "%s at %s:%s:%s", message, file, (int) args[2], (int) args[3]));
  }

  private static String trace(Guest guest, long[] args) {
    String message = AssemblyScriptStrings.read(guest.memory(), (int) args[0]);
    int count = Math.max(0, Math.min((int) args[1], args.length - 2));
    var numbers = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      numbers.add(Double.toString(Double.longBitsToDouble(args[2 + i])));
    }
    return "trace: " + message + (numbers.isEmpty() ? "" : " " + String.join(", ", numbers));
  }

  /** AssemblyScript reads the bits as an integer, of which zero would be no seed. */
  private double seed() {
    var bytes = new byte[Long.BYTES];
    clockAndRandomness.fillRandomly(bytes);
    return 1 + (double) (ByteBuffer.wrap(bytes).getLong() >>> 1);
  }

  private void assertTrue(Guest guest, long[] args) {
    if ((int) args[0] == 0) {
      listener.noticed(
          "assertion failed: " + AssemblyScriptStrings.read(guest.memory(), (int) args[1]));
    }
  }

  private void tellTime(String label, Long since) {
    if (since == null) {
      listener.noticed(
          String.format(Locale.ROOT, "there is no time '%s'; console.time begins one", label));
      return;
    }
    listener.printed(String.format(Locale.ROOT, "%s: %.3fms\n", label, since(since)));
  }

  /** Milliseconds since then. */
  private double since(long nanos) {
    return (double) (clockAndRandomness.nanoTime() - nanos) / NANOS_PER_MILLI;
  }
}
