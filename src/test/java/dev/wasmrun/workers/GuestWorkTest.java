package dev.wasmrun.workers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.messages.DataCloneException;
import dev.wasmrun.messages.MessagePort;
import dev.wasmrun.messages.PortClosedException;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guests that exchange messages with Java: the program digest. */
@Timeout(300)
class GuestWorkTest {
  private static GuestWork digest() {
    return GuestWork.of(GuestModule.load("digest.wasm"));
  }

  private static byte[] request(int id, byte[] data) {
    return ByteBuffer.allocate(4 + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(id)
        .put(data)
        .array();
  }

  private static long hash(long begun, byte[] bytes) {
    long value = begun;
    for (byte each : bytes) {
      value = (value ^ Byte.toUnsignedLong(each)) * 0x100000001b3L;
    }
    return value;
  }

  /** FNV-1a of the salt and the data. */
  private static long digest(String salt, byte[] data) {
    long salted = hash(0xcbf29ce484222325L, salt.getBytes(StandardCharsets.UTF_8));
    return hash(salted, data);
  }

  private static Throwable failureOf(CompletableFuture<Void> end) {
    return assertThrows(CompletionException.class, end::join).getCause();
  }

  @ParameterizedTest
  @CsvSource({
    "digest.wasm, COMPILER, 1",
    "digest.wasm, COMPILER, 4",
    "digest.wasm, INTERPRETER, 2",
    "digest-c.wasm, COMPILER, 3",
    "digest-c.wasm, INTERPRETER, 1"
  })
  void guestsAnswerEveryRequestOnceAlsoLongOnes(String module, Engine engine, int threads)
      throws InterruptedException {
    var random = new Random(1);
    var expected = new HashMap<Integer, Long>();
    var printed = new CompletableFuture<String>();
    var listener =
        new RunListener() {
          @Override
          public void printed(String text) {
            printed.complete(text);
          }
        };
    try (var worker =
        Worker.start(
            "digest",
            "salt",
            GuestWork.of(GuestModule.load(module))
                .threads(threads)
                .engine(engine)
                .listener(listener))) {
      for (int id = 0; id < 200; id++) {
        var data =
            new byte
                [id == 150 ? 100_000 : id == 151 ? 4092 : id == 152 ? 4093 : random.nextInt(300)];
        random.nextBytes(data);
        expected.put(id, digest("salt", data));
        worker.port().post(request(id, data));
      }
      var answers = new HashMap<Integer, Long>();
      for (int i = 0; i < 200; i++) {
        byte[] answer = worker.port().receive().orElseThrow().bytes();
        assertEquals(12, answer.length);
        var bytes = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
        answers.put(bytes.getInt(), bytes.getLong());
      }
      assertEquals(expected, answers);
    }
    assertTrue(printed.join().startsWith("answered"), printed.join());
  }

  @Test
  void guestsAndJavaWorkersTalkToEachOther() throws InterruptedException {
    try (var guests = Worker.start("digest", null, digest().threads(2));
        var client =
            Worker.start(
                "client",
                null,
                scope -> {
                  MessagePort port = scope.port().receive().orElseThrow().as(MessagePort.class);
                  try (port) {
                    port.post(request(7, new byte[] {1, 2}));
                    scope.port().post(port.receive().orElseThrow().bytes());
                  }
                })) {
      client.port().post(guests.port(), guests.port());
      byte[] answer = client.port().receive().orElseThrow().bytes();
      assertArrayEquals(
          ByteBuffer.allocate(12)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(7)
              .putLong(digest("", new byte[] {1, 2}))
              .array(),
          answer);
    }
  }

  @Test
  void aTrapReachesWhoAwaitsTheEndAndEndsTheOtherThreads() throws InterruptedException {
    var worker = Worker.start("digest", null, digest().threads(3));
    worker.port().post(new byte[3]);
    assertTrue(failureOf(worker.ended()).getMessage().contains("a request begins with 4 bytes"));
    assertTrue(failureOf(worker.ended()) instanceof Trap);
    assertEquals(Optional.empty(), worker.port().receive());
    assertThrows(PortClosedException.class, () -> worker.port().post("late"));
    worker.close();
  }

  @Test
  void terminatingEndsGuestsThatWaitForAMessage() {
    for (Engine engine : Engine.values()) {
      var worker = Worker.start("digest", null, digest().threads(3).engine(engine));
      assertTrue(failureOf(worker.terminate()) instanceof CancellationException);
    }
  }

  @Test
  void aTimeLimitEndsGuestsThatWaitForAMessage() {
    var worker = Worker.start("digest", null, digest().threads(2).timeout(Duration.ofMillis(50)));
    assertEquals(
        "digest.wasm was still running after 50ms", failureOf(worker.ended()).getMessage());
  }

  @Test
  void waitingForAMessageIsNoDeadlock() throws InterruptedException {
    var worker = Worker.start("digest", null, digest().threads(2));
    assertFalse(
        worker.port().receive(Duration.ofMillis(500)).isPresent()); // several looks of the watch
    assertFalse(worker.port().isAtEnd());
    worker.port().post(request(1, new byte[0]));
    assertTrue(worker.port().receive().isPresent());
    worker.close();
  }

  @Test
  void wrongDataArgumentsAndModulesAreRefusedAtOnce() {
    assertThrows(DataCloneException.class, () -> Worker.start("x", Map.of("salt", 1), digest()));
    assertThrows(UsageException.class, () -> Worker.start("x", null, digest().args("1", "2")));
    assertThrows(
        LinkException.class,
        () -> Worker.start("x", null, GuestWork.of(Fixtures.module("unknown-import"))));
    assertThrows(
        UsageException.class,
        () -> Worker.start("x", null, digest().convention(ConventionName.EMSCRIPTEN)));
    try (var worker = Worker.start("x", null, digest())) {
      assertThrows(DataCloneException.class, () -> worker.port().post(List.of(1)));
    }
  }

  @Test
  void aBoundedGuestHoldsItsPosterBackUntilItReads() throws InterruptedException {
    try (var worker = Worker.start("digest", null, digest().capacity(2))) {
      worker.port().undelivered();
      for (int id = 0; id < 50; id++) {
        // With the answers unread the guest waits for room, and then so would this thread.
        while (!worker.port().tryPost(request(id, new byte[8]))) {
          worker.port().receive();
        }
      }
      worker.port().receive();
      worker.terminate();
    }
  }
}
