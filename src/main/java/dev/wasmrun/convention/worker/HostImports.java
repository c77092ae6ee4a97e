package dev.wasmrun.convention.worker;

import static dev.wasmrun.module.ValueType.F64;
import static dev.wasmrun.module.ValueType.I32;
import static dev.wasmrun.module.ValueType.I64;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.Circumstances;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.module.Signature;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a worker module may import.
 *
 * <pre>
 *   host.emit(i64)                          hands a result to the host
 *   host.print(ptr: i32, len: i32)          prints UTF-8 text
 *   host.now() -> i64                       nanoseconds since some moment in the past
 *   host.receive, post, worker_data …       exchange bytes: see MessageImports
 *   env.abort(msg, file, line, column)      AssemblyScript: a failed assertion or a thrown error
 *   env.trace(msg, n, a0: f64 … a4: f64)    AssemblyScript: trace()
 *   env.seed() -> f64                       AssemblyScript: seeds Math.random
 * </pre>
 */
public final class HostImports {
  private HostImports() {}

  /**
   * The functions, over a run whose listener is told what guests say, and to whom nobody posts
   * messages.
   *
   * @param circumstances the time and the chance that guests meet
   */
  public static List<HostFunction> forListener(RunListener listener, Circumstances circumstances) {
    return with(listener, circumstances, alone(circumstances));
  }

  private static MessageImports alone(Circumstances circumstances) {
    return new MessageImports(Peer.NONE, circumstances, () -> {}, () -> {});
  }

  /** The functions of a crew whose guests exchange messages with a peer. */
  public static List<HostFunction> forCrew(RunListener listener, Crew crew, Peer peer) {
    var messages =
        new MessageImports(
            peer,
            crew.circumstances(),
            () -> crew.observers().released(peer),
            () -> crew.observers().acquired(peer));
    return with(listener, crew.circumstances(), messages);
  }

  private static List<HostFunction> with(
      RunListener listener, Circumstances circumstances, MessageImports messages) {
    var functions = new ArrayList<>(said(listener, circumstances));
    functions.addAll(messages.functions());
    return List.copyOf(functions);
  }

  private static List<HostFunction> said(RunListener listener, Circumstances circumstances) {
    return List.of(
        HostFunction.ofVoid(
            "host", "emit", List.of(I64), (guest, args) -> listener.emitted(args[0])),
        HostFunction.ofVoid(
            "host",
            "print",
            List.of(I32, I32),
            (guest, args) ->
                listener.printed(guest.memory().getUtf8((int) args[0], (int) args[1]))),
        new HostFunction(
            "host",
            "now",
            new Signature(List.of(), List.of(I64)),
            (guest, args) -> new long[] {circumstances.nanoTime()}),
        HostFunction.ofVoid("env", "abort", List.of(I32, I32, I32, I32), HostImports::abort),
        HostFunction.ofVoid(
            "env",
            "trace",
            List.of(I32, I32, F64, F64, F64, F64, F64),
            (guest, args) -> listener.noticed(trace(guest, args))),
        new HostFunction(
            "env",
            "seed",
            new Signature(List.of(), List.of(F64)),
            (guest, args) -> new long[] {Double.doubleToRawLongBits(seed(circumstances))}));
  }

  private static void abort(Guest guest, long[] args) {
    String message = AssemblyScriptStrings.read(guest.memory(), (int) args[0]);
    String file = AssemblyScriptStrings.read(guest.memory(), (int) args[1]);
    throw new Trap(
        TrapCode.ABORT, "%s at %s:%s:%s".formatted(message, file, (int) args[2], (int) args[3]));
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
  private static double seed(Circumstances circumstances) {
    var bytes = new byte[Long.BYTES];
    circumstances.fillRandomly(bytes);
    return 1 + (double) (ByteBuffer.wrap(bytes).getLong() >>> 1);
  }
}
