package dev.wasmrun.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.module.GuestModule;
import dev.wasmrun.pool.Overflow;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.WorkerPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that mean no good: each is a fault of the client's or closes its connection, none is a
 * failure of the server's, and the next client is answered.
 */
@Timeout(120)
final class FramingAttacksTest {
  private static final int MAX_BODY = 64 * 1024;
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
  private static final String END = "\r\n\r\n";
  private static final String HOST = "\r\nHost: localhost";
  private static final String POST =
      "POST /invoke/add HTTP/1.1" + HOST + "\r\nContent-Type: application/json\r\n";
  private static final String BODY = "{\"args\":[2,3]}";

  private ModuleServer server;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    var config = PoolConfig.fixed(1).queue(4, Overflow.REJECT).build();
    server =
        ModuleServer.start(
            WorkerPool.open(GuestModule.load("add.wasm"), config),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            MAX_BODY,
            LONG,
            Set.of());
    client = new RawClient(server.address());
  }

  /** Whatever a test has sent, no answer was a failure, and there are still answers. */
  @AfterEach
  void nothingHasFailed() throws IOException {
    try {
      String answer = client.sendAndClose("GET /invoke/add?args=2,3 HTTP/1.1" + HOST + END);
      assertTrue(answer.endsWith("{\"results\":[5]}\n"), answer);
      String metrics = client.sendAndClose("GET /metrics HTTP/1.0" + END);
      assertTrue(metrics.contains("http_responses_total{code=\"200\"}"), metrics);
      assertFalse(metrics.contains("http_responses_total{code=\"500\"}"), metrics);
    } finally {
      server.close();
    }
  }

  private static List<Integer> statuses(String answer) {
    return STATUS
        .matcher(answer)
        .results()
        .map((MatchResult found) -> Integer.parseInt(found.group(1)))
        .toList();
  }

  /** A fault of the client's; 501 is what HTTP asks for where a transfer coding is not known. */
  private static boolean isRefusal(int status) {
    return status / 100 == 4 || status == 501;
  }

  /** One answer that is a refusal, or none and a connection that is closed. */
  private static void assertRefused(String answer) {
    List<Integer> statuses = statuses(answer);
    assertTrue(statuses.size() <= 1, answer);
    assertTrue(statuses.stream().allMatch(FramingAttacksTest::isRefusal), answer);
    assertEquals(answer.isEmpty(), statuses.isEmpty(), answer);
  }

  /** A second request that one of two programs would see in the first one's body. */
  private static final String SMUGGLED = "GET /invoke/add?args=40,2 HTTP/1.1" + HOST + END;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 14\r\nContent-Length: 3",
        "Content-Length: 14\r\nContent-Length: 14",
        "Content-Length: 14, 14",
        "Content-Length: +14",
        "Content-Length: -14",
        "Content-Length: 0x0e",
        "Content-Length: 99999999999999999999",
        "Content-Length: ",
        "Content-Length: 14\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 14",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: xchunked",
        "Host: foreign.example\r\nContent-Length: 14"
      })
  void anAmbiguousRequestIsRefusedAndNothingBehindItIsRead(String headers) throws IOException {
    assertRefused(client.sendAndClose(POST + headers + END + BODY + SMUGGLED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "e\r\n" + BODY + "\r\n0\r\n", // and no end
        "e\r\n" + BODY, // no end at all
        "d\r\n" + BODY + "\r\n0\r\n\r\n", // one byte more than it says
        "f\r\n" + BODY + "\r\n0\r\n\r\n", // one less
        "0e;" + "x" + "\r\n",
        "\r\n\r\n",
        "e\n" + BODY + "\n0\n\n",
        "7fffffffffffffff\r\n" + BODY,
        "8000000000000000\r\n" + BODY,
        "ffffffffffffffffffffffffffffffff\r\n" + BODY,
        "0x0e\r\n" + BODY + "\r\n0\r\n\r\n",
        " e\r\n" + BODY + "\r\n0\r\n\r\n",
        "-e\r\n" + BODY + "\r\n0\r\n\r\n",
        "\0\0\0\0"
      })
  void aBodyInChunksThatAreNone(String chunks) throws IOException {
    String answer = client.sendAndClose(POST + "Transfer-Encoding: chunked" + END + chunks);
    assertTrue(
        statuses(answer).stream().allMatch(status -> status == 200 || isRefusal(status)), answer);
    assertTrue(statuses(answer).size() <= 2, answer);
  }

  @Test
  void aSizeWithoutEndIsReadNoFurtherThanNeeded() throws IOException {
    for (String endless : List.of("0".repeat(1 << 20), "1;" + "x".repeat(1 << 20))) {
      assertRefused(client.sendAndClose(POST + "Transfer-Encoding: chunked" + END + endless));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\r\n",
        "GET",
        "GET ",
        "GET / ",
        "GET /invoke/add",
        "GET  HTTP/1.1",
        "GET /invoke/add?args=2,3 HTTP/9.9",
        "GET /invoke/add?args=2,3 FTP/1.1",
        "GET * HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "CONNECT localhost:80 HTTP/1.1",
        "TRACE / HTTP/1.1",
        "get /invoke/add?args=2,3 HTTP/1.1",
        "G\0T / HTTP/1.1",
        "DELETE /invoke/add HTTP/1.1",
        "PUT /health HTTP/1.1",
        "GET mailto:somebody HTTP/1.1",
        "GET foo HTTP/1.1",
        "GET http:// HTTP/1.1",
        "GET http://[ HTTP/1.1",
        "GET /%00 HTTP/1.1",
        "GET /%zz HTTP/1.1",
        "GET /\u00ff HTTP/1.1",
        "GET /invoke/ HTTP/1.1",
        "GET /invoke HTTP/1.1",
        "GET /invoke/add/ HTTP/1.1",
        "GET /invoke/..%2f..%2fetc%2fpasswd HTTP/1.1",
        "GET /../../../etc/passwd HTTP/1.1",
        "GET /page.html HTTP/1.1",
        "GET //invoke/add?args=2,3 HTTP/1.1",
        "GET /invoke/add?args HTTP/1.1",
        "GET /invoke/add?args=1,2,3 HTTP/1.1",
        "GET /invoke/add?args=%ff,%fe HTTP/1.1",
        "GET /invoke/add?args=1e999999999,1 HTTP/1.1",
        "GET /invoke/add?args=99999999999999999999,1 HTTP/1.1",
        "GET /invoke/add?&&&&=&= HTTP/1.1",
        "GET /invoke/add?args=2&args=3&args=4 HTTP/1.1"
      })
  void aRequestLineThatIsNone(String line) throws IOException {
    assertRefused(client.sendAndClose(line + HOST + END));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: a b",
        "Host: [",
        "Host: localhost\r\nHost: localhost",
        "Host: localhost:99999999999",
        "Host: http://localhost/",
        "Host: localhost\r\nOrigin: \u00ff",
        "Host: localhost\r\nOrigin: http://foreign.example"
      })
  void aHostThatIsNone(String headers) throws IOException {
    assertRefused(client.sendAndClose("GET /invoke/add?args=2,3 HTTP/1.1\r\n" + headers + END));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "No colon at all",
        ": no name",
        "X: a\r\n folded",
        "X\0: nul",
        "X: \0\u0001\u007f",
        "\u00ff: high",
        "X : space before the colon"
      })
  void headersThatAreNone(String header) throws IOException {
    String answer = client.sendAndClose("GET /health HTTP/1.1" + HOST + "\r\n" + header + END);
    assertTrue(
        statuses(answer).stream().allMatch(status -> status == 200 || isRefusal(status)), answer);
  }

  @Test
  void moreHeadersThanAnybodyNeeds() throws IOException {
    for (String headers :
        List.of(
            "X: y\r\n".repeat(100_000),
            "X: " + "y".repeat(4 << 20) + "\r\n",
            "x".repeat(4 << 20) + ": y\r\n",
            "Cookie: " + "a=b; ".repeat(1 << 18) + "\r\n")) {
      String answer = client.sendAndClose("GET /health HTTP/1.1\r\n" + headers + "\r\n");
      // Limits are the JDK's, and differ from release to release.
      assertTrue(
          statuses(answer).stream().allMatch(status -> status == 200 || isRefusal(status)), answer);
    }
    assertRefused(client.sendAndClose("GET /" + "x".repeat(4 << 20) + " HTTP/1.1" + HOST + END));
  }

  @Test
  void jsonOfNoGoodShape() throws IOException {
    var bodies = new ArrayList<String>();
    for (String deep : List.of("[", "{\"args\":", "{\"args\":[", "[[{\"a\":")) {
      bodies.add(deep.repeat(MAX_BODY / deep.length()));
    }
    bodies.add("{\"args\":[" + "[".repeat(900) + "]".repeat(900) + "]}");
    bodies.add("{\"args\":[" + "9".repeat(60_000) + ",1]}");
    bodies.add("{\"args\":[1e" + "9".repeat(900) + ",1]}");
    bodies.add("{\"args\":[1E+1000000000,1]}");
    bodies.add("{\"args\":[-0." + "0".repeat(900) + "1,1]}");
    bodies.add("{\"args\":[" + "1,".repeat(30_000) + "1]}");
    bodies.add("{\"args\":[\"" + "\\u0000".repeat(10_000) + "\",1]}");
    bodies.add("{\"args\":[\"\\ud800\",1]}");
    bodies.add("{\"args\":[2,3],\"args\":[4,5],\"x\":1}");
    bodies.add("{\"" + "a".repeat(60_000) + "\":[2,3]}");
    bodies.add("{\"args\":[NaN,1]}");
    bodies.add("{\"args\":null}");
    bodies.add("{'args':[2,3]}");
    bodies.add("\u00fe\u00ff\0{\0}");
    bodies.add("\u00ff\u00fe");
    bodies.add("\u00c0\u0080");
    bodies.add("null");
    bodies.add("\"" + "x".repeat(60_000));
    bodies.add(" ".repeat(MAX_BODY));
    bodies.add(" ".repeat(MAX_BODY + 1));
    for (String body : bodies) {
      assertRefused(client.sendAndClose(POST + "Content-Length: " + body.length() + END + body));
    }
  }

  @Test
  void severalRequestsInOnePieceAreAnsweredInOrder() throws IOException {
    var pipelined = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      pipelined.append("GET /invoke/add?args=%s,1 HTTP/1.1%s%s".formatted(i, HOST, END));
    }
    String answer = client.sendAndClose(pipelined.toString());
    List<String> results =
        Pattern.compile("\"results\":\\[(\\d+)\\]")
            .matcher(answer)
            .results()
            .map(found -> found.group(1))
            .toList();
    for (int i = 0; i < results.size(); i++) { // those behind the half-close may be lost
      assertEquals(Integer.toString(i + 1), results.get(i));
    }
    assertFalse(results.isEmpty(), answer);
  }

  @Test
  void aBodyThatComesByteByByteIsRead() throws IOException {
    String request = POST + "Connection: close\r\nContent-Length: " + BODY.length() + END + BODY;
    assertEquals(List.of(200), statuses(client.send(request.split(""))));
  }

  @Test
  void aConnectionThatIsHalfClosedAtAnyByteDoesNoHarm() throws IOException {
    String request = POST + "Transfer-Encoding: chunked" + END + "e\r\n" + BODY + "\r\n0" + END;
    for (int length = 0; length < request.length(); length++) {
      String answer = client.sendAndClose(request.substring(0, length));
      assertTrue(
          statuses(answer).stream().allMatch(status -> status == 200 || isRefusal(status)), answer);
    }
    assertEquals(List.of(200), statuses(client.sendAndClose(request)));
  }

  /** What nobody has thought of: bytes changed, cut out and doubled, the same ones each time. */
  @Test
  void damagedRequests() throws IOException {
    var random = new Random(18);
    String request = POST + "Content-Length: " + BODY.length() + END + BODY;
    for (int i = 0; i < 1500; i++) {
      String answer = client.sendAndClose(damaged(request, random));
      assertTrue(
          statuses(answer).stream().allMatch(status -> status == 200 || isRefusal(status)), answer);
    }
  }

  private static String damaged(String request, Random random) {
    var text = new StringBuilder(request);
    for (int damages = 1 + random.nextInt(4); damages > 0; damages--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.setCharAt(at, (char) random.nextInt(256));
        case 1 -> text.deleteCharAt(at);
        default -> text.insert(at, text.substring(at, Math.min(text.length(), at + 20)));
      }
    }
    return text.toString();
  }
}
