package dev.wasmrun.convention.worker;

import static dev.wasmrun.module.ValueType.I32;
import static dev.wasmrun.module.ValueType.I64;

import dev.wasmrun.guest.ClockAndRandomness;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.messages.BytePort;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The imports by which a guest exchanges bytes with its {@link Peer}.
 *
 * <pre>
 *   host.receive(ptr, len) -> i32                     waits for a message
 *   host.receive_within(ptr, len, nanos: i64) -> i32  waits so long, 0 not at all, negative for ever
 *   host.post(ptr, len) -> i32                        posts one, and waits for room
 *   host.post_within(ptr, len, nanos: i64) -> i32     waits so long, 0 not at all, negative for ever
 *   host.worker_data(ptr, len) -> i32                 what the peer gave to begin with
 * </pre>
 *
 * <p>What is read answers with its length in bytes; where that is above {@code len} nothing was
 * copied, and it is still there. The other answers are {@link BytePort#CLOSED} and {@link
 * BytePort#NOT_NOW}. Addresses and lengths are unsigned; what is out of bounds traps before
 * anything is received or posted.
 */
final class MessageImports {
  private static final long FOR_EVER = -1;

  private final Peer peer;
  private final ClockAndRandomness clockAndRandomness;
  private final Runnable beforePost;
  private final Runnable afterReceive;

  /**
   * Creates the imports of one run.
   *
   * @param beforePost tells observers that what the thread has done comes before what others do
   *     that receive
   * @param afterReceive tells them that the thread comes after all that have posted
   */
  MessageImports(
      Peer peer,
      ClockAndRandomness clockAndRandomness,
      Runnable beforePost,
      Runnable afterReceive) {
    this.peer = peer;
    this.clockAndRandomness = clockAndRandomness;
    this.beforePost = beforePost;
    this.afterReceive = afterReceive;
  }

  List<HostFunction> functions() {
    return List.of(
        function("receive", List.of(I32, I32), (guest, args) -> receive(guest, args, FOR_EVER)),
        function(
            "receive_within",
            List.of(I32, I32, I64),
            (guest, args) -> receive(guest, args, args[2])),
        function("post", List.of(I32, I32), (guest, args) -> post(guest, args, FOR_EVER)),
        function(
            "post_within", List.of(I32, I32, I64), (guest, args) -> post(guest, args, args[2])),
        function("worker_data", List.of(I32, I32), (guest, args) -> workerData(guest, args)));
  }

  @FunctionalInterface
  private interface Answering {
    int answer(Guest guest, long[] args);
  }

  private static HostFunction function(String name, List<ValueType> params, Answering body) {
    return new HostFunction(
        "host",
        name,
        new Signature(params, List.of(I32)),
        (guest, args) -> new long[] {body.answer(guest, args)});
  }

  private int receive(Guest guest, long[] args, long nanos) {
    LinearMemory memory = guest.memory();
    int address = (int) args[0];
    int length = (int) args[1];
    memory.requireBytes(address, length);
    return patiently(
        nanos,
        () -> {
          BytePort.Reception reception = peer.port().receive(length);
          if (reception.bytes() != null) {
            afterReceive.run();
            memory.write(address, reception.bytes(), 0, reception.bytes().length);
          }
          return reception.answer();
        },
        peer.port()::readable);
  }

  private int post(Guest guest, long[] args, long nanos) {
    byte[] bytes = guest.memory().getBytes((int) args[0], (int) args[1]);
    beforePost.run();
    return patiently(nanos, () -> peer.port().post(bytes), peer.port()::writable);
  }

  private int workerData(Guest guest, long[] args) {
    int length = (int) args[1];
    guest.memory().requireBytes((int) args[0], length);
    if (peer.data().isEmpty()) {
      return BytePort.CLOSED;
    }
    byte[] data = peer.data().get();
    if (data.length <= length) {
      guest.memory().write((int) args[0], data, 0, data.length);
    }
    return data.length;
  }

  /** Attempts something until it answers otherwise than NOT_NOW or the time is up. */
  private int patiently(
      long nanos, IntSupplier attempt, Supplier<CompletableFuture<Void>> possible) {
    int answer = asStep(attempt);
    long start = nanos > 0 && answer == BytePort.NOT_NOW ? clockAndRandomness.nanoTime() : 0;
    long left = nanos;
    while (answer == BytePort.NOT_NOW && left != 0) {
      await(possible.get(), left);
      answer = asStep(attempt);
      if (nanos > 0 && answer == BytePort.NOT_NOW) {
        left = Math.max(0, nanos - (clockAndRandomness.nanoTime() - start));
      }
    }
    return answer;
  }

  /** Where schedules are chosen, who receives and posts first is among what is chosen. */
  private int asStep(IntSupplier attempt) {
    uninterrupted(() -> clockAndRandomness.beforeWaiting(() -> true));
    return attempt.getAsInt();
  }

  private void await(CompletableFuture<Void> event, long nanos) {
    try {
      uninterrupted(() -> clockAndRandomness.await(event, nanos));
    } finally {
      peer.port().forget(event);
    }
  }

  @FunctionalInterface
  private interface Wait {
    void run() throws InterruptedException;
  }

  private static void uninterrupted(Wait wait) {
    try {
      wait.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestInterrupted(e);
    }
  }
}
