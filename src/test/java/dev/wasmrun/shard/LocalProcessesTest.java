package dev.wasmrun.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.programs.Split;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.run.RunConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class LocalProcessesTest {
  private static final int SHARDS = 6;

  /** What a run has told, in its order. */
  private static final class Told implements ShardedRun.Listener {
    private final List<String> output = new ArrayList<>();
    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());
    private final Runnable atFirst;
    private final List<Integer> done = new ArrayList<>();

    Told(Runnable atFirst) {
      this.atFirst = atFirst;
    }

    @Override
    public void output(int shard, byte[] bytes) {
      output.add(new String(bytes));
    }

    @Override
    public void done(int shards) {
      done.add(shards);
      if (shards == 1) {
        atFirst.run();
      }
    }

    @Override
    public void noticed(String message) {
      notices.add(message);
    }
  }

  @Test
  void aShardWhoseProcessIsKilledIsRunAgainAndTheResultIsThatOfOneRun() throws Exception {
    List<String> args = List.of("600000", "7");
    var told = new Told(() -> ours().forEach(ProcessHandle::destroyForcibly));
    var run = new ShardedRun(happycoin(args), Optional.empty(), told);

    assertEquals(Optional.empty(), run.run(new LocalProcesses(2, false)));

    var merged = new StringBuilder();
    var output = new MergedOutput("count", bytes -> merged.append(new String(bytes)));
    told.output.forEach(part -> output.add("a shard", part.getBytes()));
    output.end();
    assertEquals(oneRun(args), merged.toString());
    assertTrue(
        told.notices.stream().anyMatch(notice -> notice.contains("; the shard is run again")),
        told.notices::toString);
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), told.done);
    assertFalse(ours().findAny().isPresent(), "a process is left");
  }

  private static ShardWork happycoin(List<String> args) {
    return new ShardWork(
        "happycoin.wasm",
        GuestModule.bytesOf("happycoin.wasm"),
        RunConfig.DEFAULT,
        new ShardPlan(new Split(0, 2, 0, Long.MAX_VALUE), args, SHARDS));
  }

  private static String oneRun(List<String> args) throws InterruptedException {
    var result = ModuleRun.of(GuestModule.load("happycoin.wasm")).args(args).run().orThrow();
    var text = new StringBuilder();
    result.emitted().forEach(coin -> text.append(Long.toUnsignedString(coin)).append('\n'));
    return text + result.output();
  }

  @Test
  void aShardThatEndsItsProcessAgainAndAgainIsGivenUp() throws Exception {
    var work =
        new ShardWork(
            "busy-loop.wasm",
            Fixtures.bytes("busy-loop"),
            RunConfig.DEFAULT,
            new ShardPlan(Split.of(0, 1), List.of("1"), 1));
    var told = new Told(() -> {});
    var over = new AtomicBoolean();
    var killer =
        new Thread(
            () -> {
              while (!over.get()) {
                ours().forEach(ProcessHandle::destroyForcibly);
                Thread.onSpinWait();
              }
            });
    killer.start();
    try {
      ShardResult failed =
          new ShardedRun(work, Optional.empty(), told)
              .run(new LocalProcesses(1, false))
              .orElseThrow();
      assertEquals(ShardFailure.Kind.FAILED, failed.failure().orElseThrow().kind());
      assertEquals(
          "busy-loop.wasm ended its process 3 times, the last time with exit code 137",
          failed.failure().orElseThrow().text());
      assertEquals(2, told.notices.size());
    } finally {
      over.set(true);
      killer.join();
    }
  }

  @Test
  void aGuestThatTrapsIsToldOnceAndEndsTheRun() throws Exception {
    var work =
        new ShardWork(
            "squares.wasm",
            Fixtures.bytes("squares"),
            RunConfig.DEFAULT,
            new ShardPlan(Split.of(0, 1), List.of("12", "0", "5"), SHARDS));
    var told = new Told(() -> {});
    ShardResult failed =
        new ShardedRun(work, Optional.empty(), told)
            .run(new LocalProcesses(1, false))
            .orElseThrow();
    assertEquals(2, failed.shard());
    assertEquals(
        List.of(
            "squares.wasm trapped: unreachable instruction executed",
            "  thread squares.wasm#0",
            "    at square_of",
            "    at work"),
        failed.failure().orElseThrow().text().lines().toList());
    assertEquals(List.of("0\n1\n", "4\n9\n"), told.output);
    assertEquals(List.of(), told.notices);
  }

  @Test
  void noResultIsMissingWithoutAWord() throws Exception {
    var work =
        new ShardWork(
            "squares.wasm",
            Fixtures.bytes("squares"),
            RunConfig.DEFAULT,
            new ShardPlan(Split.of(0, 1), List.of("12", "0"), 3));
    var noRoom =
        new Told(
            () -> {
              throw new OutOfMemoryError("for a test");
            });
    assertEquals(
        "no memory for the results of shards: for a test",
        assertThrows(
                ShardException.class,
                () ->
                    new ShardedRun(work, Optional.empty(), noRoom)
                        .run(new LocalProcesses(1, false)))
            .getMessage());
    ShardRunner forgetful =
        (all, shards, told, notices) -> {
          told.test(all.run(0));
          told.test(all.run(2));
        };
    var told = new Told(() -> {});
    assertEquals(
        "shard 1/3 has ended without a result",
        assertThrows(
                ShardException.class,
                () -> new ShardedRun(work, Optional.empty(), told).run(forgetful))
            .getMessage());
    assertEquals(List.of("0\n1\n4\n9\n"), told.output);
  }

  @Test
  void emittedNumbersComeAsNumbersToo() throws Exception {
    var work =
        new ShardWork(
            "squares.wasm",
            Fixtures.bytes("squares"),
            RunConfig.DEFAULT,
            new ShardPlan(Split.of(0, 1), List.of("1000"), 4));
    long[] expected = LongStream.range(250, 500).map(i -> i * i).toArray();
    assertEquals(
        LongStream.of(expected).boxed().toList(),
        LongStream.of(work.run(1).emitted()).boxed().toList());
  }

  private static Stream<ProcessHandle> ours() {
    Optional<String> own = ProcessHandle.current().info().commandLine();
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("java")) // and no helper yet
        .filter(child -> !child.info().commandLine().equals(own)); // nor a copy of this one
  }
}
