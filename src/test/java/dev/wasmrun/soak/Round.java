package dev.wasmrun.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.ModuleBytes;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.pool.Gate;
import dev.wasmrun.pool.MemorySharing;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.TaskTimeout;
import dev.wasmrun.pool.WorkerPool;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.serve.ModuleServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A little of everything: calls, traps, exits and time limits in pools, runs, and a server. */
final class Round {
  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int CALLS = 50;

  private final Engine engine;
  private final MemorySharing sharing;
  private final GuestModule pool;

  /**
   * Prepares a round.
   *
   * @param number which it is; every other one is interpreted, and none has a module, as the
   *     compiler sees it, of another
   */
  Round(long number) {
    engine = number % 2 == 0 ? Engine.COMPILER : Engine.INTERPRETER;
    sharing = number % 4 < 2 ? MemorySharing.SHARED : MemorySharing.PRIVATE;
    pool = GuestModule.of("pool.wasm", unlikeOthers(Fixtures.bytes("pool"), number));
  }

  /** The module with one section more, which means nothing. */
  private static byte[] unlikeOthers(byte[] module, long number) {
    var section =
        ModuleBytes.empty().section(0, ModuleBytes.empty().bytes(1, 'n').unsigned(number));
    var both = new byte[module.length + section.size()];
    System.arraycopy(module, 0, both, 0, module.length);
    System.arraycopy(section.toArray(), 0, both, module.length, section.size());
    return both;
  }

  /** Does it all, to its end. */
  void run() throws Exception {
    callInAPool();
    callByHttp();
    runPrograms();
  }

  private PoolConfig.Builder config() {
    return PoolConfig.fixed(2)
        .engine(engine)
        .sharing(sharing)
        .taskTimeout(LONG)
        .listener(new RunListener() {}) // of every trap there would be a line in the log
        .hostFunctions(Gate.function(Round::meet));
  }

  private static int meet(int what) {
    if (what > 0) {
      throw new GuestExit(what);
    }
    throw new IllegalStateException("not today");
  }

  private static <T extends Throwable> T failure(Class<T> type, CompletableFuture<?> future) {
    var failed =
        assertThrows(
            ExecutionException.class, () -> future.get(LONG.toSeconds(), TimeUnit.SECONDS));
    return assertInstanceOf(type, failed.getCause());
  }

  private void callInAPool() {
    try (var workers = WorkerPool.open(pool, config().build())) {
      for (int i = 0; i < CALLS; i++) {
        workers.submit("poke", 256, i).join();
        failure(Trap.class, workers.submit("trap"));
        assertEquals(7, failure(GuestExit.class, workers.submit("meet", 7)).code());
        failure(HostFault.class, workers.submit("meet", 0));
      }
      CompletableFuture<?> waiting = workers.submit("wait");
      waiting.cancel(true);
    }
    try (var workers = WorkerPool.open(pool, config().taskTimeout(SOON).build())) {
      failure(TaskTimeout.class, workers.submit("spin"));
    }
  }

  private void callByHttp() throws IOException {
    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var server =
        ModuleServer.start(WorkerPool.open(pool, config().build()), any, 1000, LONG, Set.of())) {
      for (int i = 0; i < CALLS; i++) {
        assertTrue(answer(server, "peek?args=64").contains("{\"results\":[42]}"));
        assertTrue(answer(server, "trap").contains("trapped: unreachable"));
        assertTrue(answer(server, "missing").contains(" 404 "));
      }
    }
  }

  private static String answer(ModuleServer server, String call) throws IOException {
    InetSocketAddress address = server.address();
    try (var socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout((int) LONG.toMillis());
      socket
          .getOutputStream()
          .write(
              "GET /invoke/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .formatted(call)
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void runPrograms() throws InterruptedException {
    assertInstanceOf(
        Outcome.Finished.class, outcome(GuestModule.load("counter.wasm"), List.of("100"), LONG));
    assertInstanceOf(Outcome.Exited.class, outcome("wasi-threads-limit", LONG));
    assertInstanceOf(Outcome.Exited.class, outcome("pthreads-limit", LONG));
    assertInstanceOf(Outcome.Trapped.class, outcome("trap-one-of-four", LONG));
    assertInstanceOf(Outcome.Deadlocked.class, outcome("wasi-threads-deadlock", LONG));
    assertInstanceOf(Outcome.TimedOut.class, outcome("busy-loop", SOON));
  }

  private Outcome outcome(String fixture, Duration limit) throws InterruptedException {
    return outcome(Fixtures.module(fixture), List.of(), limit);
  }

  private Outcome outcome(GuestModule module, List<String> args, Duration limit)
      throws InterruptedException {
    ModuleRun run = ModuleRun.of(module).engine(engine).maxThreads(4).args(args).timeout(limit);
    return (module.name().startsWith("trap") ? run.threads(4) : run).run().outcome();
  }
}
