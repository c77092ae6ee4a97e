package dev.wasmrun.convention.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.Hammer;
import dev.wasmrun.check.CheckOptions;
import dev.wasmrun.check.Detectors;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestInterrupted;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.SystemClockAndRandomness;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.messages.BytePort;
import dev.wasmrun.messages.MessageChannel;
import dev.wasmrun.messages.MessagePort;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunSession;
import dev.wasmrun.wasi.WasiOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class MessageImportsTest {
  private static final int CLOSED = -1;
  private static final int NOT_NOW = -2;
  private static final int END = 65536;

  private final MessageChannel channel = MessageChannel.ofBytes("outside", "the guest", 2);
  private final MessagePort outside = channel.port1();
  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 2, true));

  @BeforeEach
  void nobodyIsToBeWarned() {
    outside.undelivered();
    channel.port2().undelivered();
  }

  @AfterEach
  void close() {
    channel.close();
    memory.close();
  }

  private Guest guest(Engine engine, Peer peer) {
    var imports =
        new MessageImports(peer, new SystemClockAndRandomness(), () -> {}, () -> {}).functions();
    return new Linker(Fixtures.module("messages"), engine, imports)
        .instantiate(Optional.of(memory), ActiveData.WRITE);
  }

  private Peer peer(byte... data) {
    return new Peer(new BytePort(channel.port2()), Optional.of(data));
  }

  private static int call(Guest guest, String export, long... args) {
    return (int) guest.call(export, args)[0];
  }

  private byte[] bytes(int address, int length) {
    var bytes = new byte[length];
    memory.read(address, bytes, 0, length);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void messagesGoBothWays(Engine engine) throws InterruptedException {
    Guest guest = guest(engine, peer());
    outside.post(new byte[] {1, 2, 3});
    outside.post("");
    assertEquals(3, call(guest, "receive", 10, 3));
    assertArrayEquals(new byte[] {1, 2, 3, 0}, bytes(10, 4));
    assertEquals(0, call(guest, "receive", 10, 0));
    assertEquals(0, call(guest, "post", 10, 2));
    assertArrayEquals(new byte[] {1, 2}, outside.receive().orElseThrow().bytes());
    outside.close();
    assertEquals(CLOSED, call(guest, "receive", 0, 9));
    assertEquals(CLOSED, call(guest, "post", 0, 9));
    assertEquals(CLOSED, call(guest, "receive_within", 0, 9, -1));
    assertEquals(CLOSED, call(guest, "post_within", 0, 9, 5));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aMessageThatIsTooLongStaysAndTellsItsLength(Engine engine) {
    Guest guest = guest(engine, peer());
    outside.post(new byte[] {1, 2, 3});
    assertEquals(3, call(guest, "receive", 10, 2));
    assertEquals(3, call(guest, "receive_within", 10, 0, 0));
    assertArrayEquals(new byte[4], bytes(10, 4));
    assertEquals(3, call(guest, "receive", 10, 4));
    assertArrayEquals(new byte[] {1, 2, 3, 0}, bytes(10, 4));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void whatIsOutOfBoundsTrapsAndLosesNothing(Engine engine) {
    Guest guest = guest(engine, peer((byte) 1));
    outside.post(new byte[] {1});
    for (String export : List.of("receive", "post", "worker_data")) {
      for (long[] args : new long[][] {{END, 1}, {END - 1, 2}, {-1, 1}, {0, -1}, {-1, -1}}) {
        var trap = assertThrows(Trap.class, () -> guest.call(export, args));
        assertEquals(TrapCode.OUT_OF_BOUNDS_MEMORY, trap.code());
      }
    }
    assertEquals(1, call(guest, "receive", END - 1, 1));
    assertEquals(NOT_NOW, call(guest, "receive_within", END, 0, 0));
  }

  @Test
  void aTimeLimitIsKeptAndNotWaitedForIfThereIsNoNeed() {
    Guest guest = guest(Engine.COMPILER, peer());
    assertEquals(NOT_NOW, call(guest, "receive_within", 0, 9, 0));
    long start = System.nanoTime();
    assertEquals(NOT_NOW, call(guest, "receive_within", 0, 9, 3_000_000));
    assertTrue(System.nanoTime() - start >= 3_000_000);
    assertEquals(0, call(guest, "post_within", 0, 1, 0));
    assertEquals(0, call(guest, "post", 0, 1));
    assertEquals(NOT_NOW, call(guest, "post_within", 0, 1, 0)); // the channel holds two
    assertEquals(NOT_NOW, call(guest, "post_within", 0, 1, 1_000));
    outside.receiveNow();
    assertEquals(0, call(guest, "post_within", 0, 1, Long.MAX_VALUE));
  }

  @Test
  void theDataIsThereAsOftenAsAsked() {
    Guest guest = guest(Engine.COMPILER, peer((byte) 4, (byte) 5));
    assertEquals(2, call(guest, "worker_data", 0, 1));
    assertArrayEquals(new byte[2], bytes(0, 2));
    assertEquals(2, call(guest, "worker_data", 0, 2));
    assertEquals(2, call(guest, "worker_data", 2, 9));
    assertArrayEquals(new byte[] {4, 5, 4, 5, 0}, bytes(0, 5));
    assertEquals(CLOSED, call(guest(Engine.COMPILER, Peer.NONE), "worker_data", 0, 9));
  }

  @Test
  void aMessageOfAnotherKindIsTheHostsFault() {
    var values = MessageChannel.create();
    values.port1().post(List.of(1));
    var undelivered = values.port1().undelivered();
    Guest guest = guest(Engine.COMPILER, new Peer(new BytePort(values.port2()), Optional.empty()));
    var fault = assertThrows(HostFault.class, () -> guest.call("receive", 0, 9));
    assertTrue(fault.getMessage().contains("ArrayList, not bytes or text"), fault.getMessage());
    values.port2().close();
    assertEquals(1, undelivered.join().size()); // it stayed
  }

  @Test
  void anInterruptEndsTheWait() {
    Guest guest = guest(Engine.COMPILER, peer());
    Thread.currentThread().interrupt();
    assertThrows(GuestInterrupted.class, () -> guest.call("receive", 0, 9));
    assertTrue(Thread.interrupted());
  }

  private static RunRequest request(Engine engine, int threads, String export, String... args) {
    return new RunRequest(
        Fixtures.module("messages"),
        engine,
        threads,
        Optional.of(export),
        List.of(args),
        MemoryLimit.NONE,
        TableLimit.DEFAULT,
        true,
        new RunListener() {},
        List.of(),
        false);
  }

  private Crew.Body body(Crew crew, RunRequest request) {
    return new WorkerConvention(WasiOptions.NOTHING, peer()).prepare(request, crew);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void manyThreadsEchoAndLoseNothing(Engine engine) throws InterruptedException {
    int count = 5_000;
    var crew = new Crew("echo");
    crew.spawn("leader", body(crew, request(engine, 4, "echo", "{thread}")));
    var sums = new long[2];
    Hammer.strike(
        thread -> {
          for (int i = 0; i < count; i++) {
            outside.post(new byte[] {(byte) i, (byte) (i >> 8)});
            sums[0] += i;
          }
        },
        thread -> {
          for (int i = 0; i < count; i++) {
            byte[] back = outside.receive().orElseThrow().bytes();
            sums[1] += Byte.toUnsignedInt(back[0]) | Byte.toUnsignedInt(back[1]) << 8;
          }
        });
    outside.close();
    assertInstanceOf(Outcome.Finished.class, crew.await(Duration.ofSeconds(60)));
    assertEquals(sums[0], sums[1]);
  }

  @Test
  void theEndOfTheRunEndsThreadsThatWaitForAMessage() throws InterruptedException {
    var crew = new Crew("echo");
    crew.spawn("leader", body(crew, request(Engine.COMPILER, 3, "echo", "{thread}")));
    crew.end(new Outcome.Exited(3));
    assertEquals(new Outcome.Exited(3), crew.await(null));
    assertEquals(List.of(), crew.running());
  }

  /** What thread 1 has written comes before its post, and so before what thread 0 receives. */
  @Test
  void messagesOrderThreadsInTheEyesOfTheRaceDetector() throws InterruptedException {
    var executor = Executors.newSingleThreadExecutor();
    try {
      outside.onMessage(executor, message -> outside.post(message.bytes()));
      var detectors = new Detectors(new CheckOptions(List.of(), false, false, Set.of()));
      RunConfig config =
          RunConfig.builder()
              .threads(2)
              .invoke("hand_over")
              .args("{thread}")
              .timeout(Duration.ofSeconds(60))
              .build()
              .observedBy(detectors.observer());
      GuestModule module = Fixtures.module("messages");
      try (var session =
          RunSession.of("echo", module, config, wasi -> new WorkerConvention(wasi, peer()))) {
        assertInstanceOf(Outcome.Finished.class, session.run());
      }
      assertEquals(List.of(), detectors.findings().races());
    } finally {
      executor.shutdown();
    }
  }
}
