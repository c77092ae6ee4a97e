package dev.wasmrun.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.module.GuestModule;
import dev.wasmrun.pool.Overflow;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.WorkerPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server byte by byte: what HTTP allows, what it forbids, and clients that mean no good. */
@Timeout(120)
final class WireTest {
  private static final int MAX_BODY = 200;
  private static final Duration LONG = Duration.ofSeconds(60);

  private ModuleServer server;

  @BeforeEach
  void start() throws IOException {
    var config = PoolConfig.fixed(1).queue(4, Overflow.REJECT).build();
    server =
        ModuleServer.start(
            WorkerPool.open(GuestModule.load("add.wasm"), config),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            MAX_BODY,
            LONG,
            Set.of("Own.example"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void assertAnswers() throws IOException {
    String answered = raw(false, "GET /invoke/add?args=2,3 HTTP/1.1\r\nConnection: close\r\n\r\n");
    assertTrue(answered.endsWith("{\"results\":[5]}\n"), answered);
  }

  private String raw(boolean halfClosed, String... parts) throws IOException {
    var client = new RawClient(server.address());
    return halfClosed ? client.sendAndClose(parts) : client.send(parts);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "LOCALHOST:8080, 200",
    "127.0.0.1:1, 200",
    "192.168.1.7, 200",
    "[::1]:80, 200",
    "own.example:80, 200",
    "foreign.example, 403",
    "localhost.foreign.example, 403",
    "127.0.0.1.foreign.example, 403",
    "own.example@foreign.example, 403",
    "., 403"
  })
  void aForeignHostIsRefused(String host, int status) throws Exception {
    String answer =
        raw(
            false,
            "GET /invoke/add?args=2,3 HTTP/1.1\r\nConnection: close\r\nHost: %s\r\n\r\n"
                .formatted(host));
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
  }

  @Test
  void whatHttpAllowsIsUnderstood() throws Exception {
    String end = "Host: localhost\r\nConnection: close\r\n";
    String five = "{\"results\":[5]}\n";
    for (String answered :
        List.of(
            raw(false, "GET /invoke/add?args=2,3 HTTP/1.1\r\n" + end + "\r\n"),
            raw(false, "GET /invoke/add?args=2,3 HTTP/1.0\r\n\r\n"),
            raw(true, "GET /invoke/add?args=2,3 HTTP/1.1\r\n" + end + "\r\n"),
            raw(false, "GET /invoke/%61dd?%61rgs=%32,3 HTTP/1.1\r\n" + end + "\r\n"),
            raw(false, "GET http://x/invoke/add?args=2,3 HTTP/1.1\r\n" + end + "\r\n"),
            raw(
                false,
                "POST /invoke/add HTTP/1.1\r\nContent-Type: application/json\r\n"
                    + end
                    + "Transfer-Encoding: chunked\r\n\r\n",
                "8\r\n{\"args\":\r\n",
                "6\r\n[2,3]}\r\n0\r\n\r\n"),
            raw(
                false,
                "POST /invoke/add HTTP/1.1\r\nContent-Type: application/json\r\n"
                    + end
                    + "Expect: 100-continue\r\nContent-Length: 14\r\n\r\n",
                "{\"args\":[2,3]}"))) {
      assertTrue(answered.contains(" 200 OK\r\n"), answered);
      assertTrue(answered.endsWith(five), answered);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffffffff", "7fffffff", "80000000", "fffffffffffffffff", "-1", "x", ""})
  void aChunkOfNoPossibleSizeIsTheClientsFault(String size) throws Exception {
    String answered =
        raw(
            true,
            "POST /invoke/add HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
            size + "\r\n{\"args\":[2,3]}\r\n0\r\n\r\n");
    assertTrue(answered.isEmpty() || answered.startsWith("HTTP/1.1 400 "), answered);
    assertAnswers();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"args\":[2,3]} x", "{\"args\":[2,3]}{}", "{\"args\":[2,3]}]"})
  void whatStandsBehindTheJsonIsRefused(String body) throws Exception {
    String answered =
        raw(
            false,
            "POST /invoke/add HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body);
    assertTrue(answered.startsWith("HTTP/1.1 400 "), answered);
  }

  @Test
  void whatHttpForbidsIsRefusedAndNothingHangs() throws Exception {
    String body =
        "POST /invoke/add HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"args";
    String chunk =
        "POST /invoke/add HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n9";
    for (String answered :
        List.of(
            raw(false, "GET /invoke/add?args=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            raw(false, "GET\r\n\r\n"),
            raw(true, body),
            raw(true, chunk),
            raw(true, "GET /hea"))) {
      assertTrue(answered.isEmpty() || answered.startsWith("HTTP/1.1 400 "), answered);
    }
    // The JDK's server has its own limits, which differ from release to release.
    for (String header :
        List.of("X-Header: value\r\n".repeat(1000), "X-Header: " + "v".repeat(1 << 20) + "\r\n")) {
      String answered = raw(true, "GET /health HTTP/1.1\r\n" + header + "\r\n");
      assertTrue(answered.isEmpty() || answered.startsWith("HTTP/1.1 "), answered);
    }
    String tooLong =
        raw(
            false,
            "POST /invoke/add HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n",
            " ".repeat(1 << 20));
    assertTrue(tooLong.isEmpty() || tooLong.startsWith("HTTP/1.1 413 "), tooLong);
    assertAnswers();
  }

  @Test
  void manyIdleConnectionsAndSlowOnesKeepNobodyElseWaiting() throws Exception {
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 150; i++) {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        sockets.add(socket);
        String begun =
            switch (i % 3) {
              case 0 -> "";
              case 1 -> "GET /health HT";
              default ->
                  "POST /invoke/add HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"ar";
            };
        socket.getOutputStream().write(begun.getBytes(StandardCharsets.UTF_8));
      }
      assertAnswers();
      Socket slow = sockets.get(1);
      slow.setSoTimeout((int) LONG.toMillis());
      assertEquals(-1, readUntilClosed(slow)); // its time is up
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static int readUntilClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read();
    } catch (SocketException e) {
      return -1; // reset
    }
  }

  @Test
  void clientsThatHangUpOrSendRubbishDoNoHarm() throws Exception {
    for (String rubbish :
        List.of(
            "GET /invoke/add?args=1,2 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST /invoke/add HTTP/1.1\r\nContent-Type: application/json\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"args",
            "rubbish\r\n\r\n",
            "")) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
        socket.getOutputStream().write(rubbish.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
      }
    }
    assertAnswers();
  }
}
