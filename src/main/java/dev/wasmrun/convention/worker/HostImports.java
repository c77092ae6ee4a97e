package dev.wasmrun.convention.worker;

import static dev.wasmrun.module.ValueType.I32;
import static dev.wasmrun.module.ValueType.I64;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.module.Signature;
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
 *   env.abort, console.log, Date.now …      AssemblyScript's: see AssemblyScriptImports
 *   env.emscripten_notify_memory_growth     of a library that Emscripten has built; does nothing
 * </pre>
 */
public final class HostImports {
  private HostImports() {}

  /**
   * The functions, over a run whose listener is told what guests say, and to whom nobody posts
   * messages.
   *
   * @param clockAndRandomness the time and the chance that guests meet
   */
  public static List<HostFunction> forListener(
      RunListener listener, ClockAndRandomness clockAndRandomness) {
    return with(listener, clockAndRandomness, alone(clockAndRandomness));
  }

  private static MessageImports alone(ClockAndRandomness clockAndRandomness) {
    return new MessageImports(Peer.NONE, clockAndRandomness, () -> {}, () -> {});
  }

  /** The functions of a crew whose guests exchange messages with a peer. */
  public static List<HostFunction> forCrew(RunListener listener, Crew crew, Peer peer) {
    var messages =
        new MessageImports(
            peer,
            crew.clockAndRandomness(),
            () -> crew.observers().released(peer),
            () -> crew.observers().acquired(peer));
    return with(listener, crew.clockAndRandomness(), messages);
  }

  private static List<HostFunction> with(
      RunListener listener, ClockAndRandomness clockAndRandomness, MessageImports messages) {
    var functions = new ArrayList<>(said(listener, clockAndRandomness));
    functions.addAll(new AssemblyScriptImports(listener, clockAndRandomness).functions());
    functions.addAll(messages.functions());
    return List.copyOf(functions);
  }

  private static List<HostFunction> said(
      RunListener listener, ClockAndRandomness clockAndRandomness) {
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
            (guest, args) -> new long[] {clockAndRandomness.nanoTime()}),
        HostFunction.ofVoid(
            "env", "emscripten_notify_memory_growth", List.of(I32), (guest, args) -> {}));
  }
}
