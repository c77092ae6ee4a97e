package dev.wasmrun.convention.worker;

import static dev.wasmrun.module.ValueType.I32;
import static dev.wasmrun.module.ValueType.I64;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.Circumstances;
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
    functions.addAll(new AssemblyScriptImports(listener, circumstances).functions());
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
            (guest, args) -> new long[] {circumstances.nanoTime()}));
  }
}
