package dev.wasmrun.check.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.convention.worker.Peer;
import dev.wasmrun.convention.worker.WorkerConvention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.messages.BytePort;
import dev.wasmrun.messages.MessageChannel;
import dev.wasmrun.messages.MessagePort;
import dev.wasmrun.wasi.WasiOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guests under control that exchange messages with threads that are not. */
@Timeout(120)
final class OutsideTest {
  private final ExecutorService outside = Executors.newSingleThreadExecutor();

  @AfterEach
  void close() {
    outside.shutdownNow();
  }

  /** Two threads that hand a message to each other, or echo, through a peer that runs freely. */
  private record Exchange(String export, Executor outside, boolean answering)
      implements Experiment {
    @Override
    public String name() {
      return "messages.wasm";
    }

    @Override
    public Crew.Body prepare(Crew crew, RunOutput output) {
      var channel = MessageChannel.ofBytes("outside", "the guest", 8);
      MessagePort port = channel.port1();
      port.undelivered(); // there is some, for nobody reads it
      channel.port2().undelivered();
      if (answering) {
        port.onMessage(outside, message -> port.post(message.bytes()));
      }
      crew.closeAtEnd(channel);
      var request =
          new RunRequest(
              Fixtures.module("messages"),
              Engine.COMPILER,
              2,
              Optional.of(export),
              List.of("{thread}"),
              MemoryLimit.NONE,
              false,
              output);
      var peer = new Peer(new BytePort(channel.port2()), Optional.empty());
      return new WorkerConvention(WasiOptions.NOTHING, peer).prepare(request, crew);
    }
  }

  @Test
  void aThreadThatWaitsForAMessageIsWokenFromOutside() throws Exception {
    Schedules.of(new Exchange("hand_over", outside, true)).random(200).assertAllSucceed();
  }

  @Test
  void waitingForOutsideIsNoDeadlockButEndsWithItsTime() throws Exception {
    Exploration found =
        Schedules.of(new Exchange("echo", outside, false))
            .random(1)
            .limit(Duration.ofMillis(100))
            .explore();
    Finding finding = found.failure().orElseThrow().finding();
    assertEquals(Finding.Kind.LIVELOCK, finding.kind());
    assertTrue(finding.message().startsWith("still running after 100 ms"), finding::message);
  }
}
