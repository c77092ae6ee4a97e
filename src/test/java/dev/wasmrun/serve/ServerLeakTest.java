package dev.wasmrun.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.OpenResources;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.pool.Gate;
import dev.wasmrun.pool.MemorySharing;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.WorkerPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that stops gives back memory, descriptors, sockets and threads. */
@Timeout(120)
final class ServerLeakTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private final Gate gate = new Gate();
  private final GuestModule module = Fixtures.module("pool");

  @BeforeEach
  void theSystemTells() {
    assumeTrue(OpenResources.areKnown());
  }

  private OpenResources now() {
    return OpenResources.now(directory, module.name() + "#");
  }

  private ModuleServer serve(PoolConfig.Builder config) throws IOException {
    return ModuleServer.start(
        WorkerPool.open(module, config.hostFunctions(gate.function()).build()),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        1000,
        LONG,
        Set.of());
  }

  private static String get(String call) {
    return "GET /invoke/%s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(call);
  }

  @ParameterizedTest
  @EnumSource(MemorySharing.class)
  void everythingIsBackWhenItStops(MemorySharing sharing) throws IOException {
    OpenResources before = now();
    try (ModuleServer server =
        serve(PoolConfig.fixed(2).sharing(sharing).taskTimeout(Duration.ofMillis(50)))) {
      var client = new RawClient(server.address());
      for (String call : List.of("trap", "spin", "wait", "peek?args=x", "missing", "count")) {
        assertTrue(client.sendAndClose(get(call)).startsWith("HTTP/1.1 "));
      }
      assertTrue(before.memories().size() < now().memories().size());
      assertTrue(before.sockets().size() < now().sockets().size());
      assertTrue(before.threads().size() < now().threads().size());
    }
    before.assertBack(directory, module.name() + "#");
  }

  /** Connections that wait, have sent half a request, or read no answer. */
  @Test
  void clientsThatStayAreLeft() throws IOException {
    OpenResources before = now();
    var clients = new ArrayList<Socket>();
    try (ModuleServer server = serve(PoolConfig.fixed(1))) {
      for (String said : List.of("", "GET /inv", get("count"), get("count") + get("count"))) {
        var socket = new RawClient(server.address()).connect();
        socket.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
        clients.add(socket);
      }
      assertTrue(new RawClient(server.address()).sendAndClose(get("count")).contains(" 200 OK"));
    }
    for (Socket client : clients) {
      client.close();
    }
    before.assertBack(directory, module.name() + "#");
  }

  @Test
  void aCallThatIsRunningWhenItStopsIsAnswered() throws Exception {
    OpenResources before = now();
    var answers = new ArrayList<String>();
    var server = serve(PoolConfig.fixed(1));
    var client = new RawClient(server.address());
    var asking =
        new Thread(
            () -> {
              try {
                answers.add(client.sendAndClose(get("meet?args=5")));
              } catch (IOException e) {
                answers.add(e.toString());
              }
            });
    asking.start();
    gate.awaitVisitors(1);
    var stopping = new Thread(server::close);
    stopping.start();
    gate.open();
    asking.join(LONG.toMillis());
    stopping.join(LONG.toMillis());
    assertEquals(1, answers.size());
    assertTrue(answers.get(0).endsWith("{\"results\":[5]}\n"), answers::toString);
    before.assertBack(directory, module.name() + "#");
  }
}
