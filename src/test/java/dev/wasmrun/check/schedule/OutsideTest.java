package dev.wasmrun.check.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.check.Finding;
import dev.wasmrun.convention.worker.Peer;
import dev.wasmrun.convention.worker.WorkerConvention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.messages.BytePort;
import dev.wasmrun.messages.MessageChannel;
import dev.wasmrun.messages.MessagePort;
import dev.wasmrun.wasi.WasiOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
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

  /** Two threads that call an export and exchange messages with a peer that runs freely. */
  private record Exchange(List<String> call, Consumer<MessagePort> begin, Consumer<MessagePort> end)
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
      begin.accept(port);
      crew.closeAtEnd(channel);
      crew.closeAtEnd(() -> end.accept(port));
      var request =
          new RunRequest(
              Fixtures.module("messages"),
              Engine.COMPILER,
              2,
              Optional.of(call.get(0)),
              call.subList(1, call.size()),
              MemoryLimit.NONE,
              TableLimit.DEFAULT,
              false,
              output,
              List.of(),
              false);
      var peer = new Peer(new BytePort(channel.port2()), Optional.empty());
      return new WorkerConvention(WasiOptions.NOTHING, peer).prepare(request, crew);
    }
  }

  private static void nothing(MessagePort port) {}

  private void answer(MessagePort port) {
    port.onMessage(outside, message -> port.post(message.bytes()));
  }

  @Test
  void aThreadThatWaitsForAMessageIsWokenFromOutside() throws Exception {
    Schedules.of(new Exchange(List.of("hand_over", "{thread}"), this::answer, OutsideTest::nothing))
        .random(200)
        .assertAllSucceed();
  }

  @Test
  void waitingForOutsideIsNoDeadlockButEndsWithItsTime() throws Exception {
    Exploration found =
        Schedules.of(
                new Exchange(
                    List.of("echo", "{thread}"), OutsideTest::nothing, OutsideTest::nothing))
            .random(1)
            .timeout(Duration.ofMillis(100))
            .explore();
    Finding finding = found.failure().orElseThrow().finding();
    assertEquals(Finding.Kind.TOO_LONG, finding.kind());
    assertTrue(finding.message().startsWith("still running after 100 ms"), finding::message);
  }

  @Test
  void whoPostsFirstIsAmongWhatIsChosen() throws Exception {
    var orders = new HashSet<List<Integer>>();
    Consumer<MessagePort> collect =
        port -> orders.add(List.of(lengthOfNext(port), lengthOfNext(port)));
    var exchange = new Exchange(List.of("post", "0", "{thread}"), OutsideTest::nothing, collect);
    Schedules.of(exchange).exhaustive(1000).assertAllSucceed();
    assertEquals(Set.of(List.of(0, 1), List.of(1, 0)), orders);
  }

  private static int lengthOfNext(MessagePort port) {
    return port.receiveNow().orElseThrow().bytes().length;
  }
}
