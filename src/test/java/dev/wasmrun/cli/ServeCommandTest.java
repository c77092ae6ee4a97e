package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Manual;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code wasm-run serve}, in a process of its own. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
final class ServeCommandTest {
  private static final Pattern CURL =
      Pattern.compile("\\$ curl '?http://127\\.0\\.0\\.1:8080([^' ]+)'?(?: --json '([^']+)')?");

  private Process process;
  private BufferedReader err;

  @AfterEach
  void leaveNoneRunning() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /** Starts a server on a free port; returns its address. */
  private String serve(String... args) throws Exception {
    var all = new ArrayList<>(List.of("serve", "--port", "0"));
    all.addAll(List.of(args));
    process = ChildProcess.start(new ProcessBuilder(), all);
    err = process.errorReader(StandardCharsets.UTF_8);
    String said = err.readLine();
    Matcher address = Pattern.compile("http://127\\.0\\.0\\.1:\\d+").matcher(String.valueOf(said));
    assertTrue(address.find(), said);
    return address.group();
  }

  private static String send(String uri, String body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(uri));
    if (body != null) {
      request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "192.0.2.7, 192.0.2.7",
    "::1, [0:0:0:0:0:0:0:1]",
    "fe80::1%1, [fe80:0:0:0:0:0:0:1]",
    "0.0.0.0, localhost",
    "::, localhost"
  })
  void theAddressIsOneThatABrowserTakes(String listening, String shown) throws Exception {
    assertEquals(shown, ServeCommand.hostInUrl(InetAddress.getByName(listening)));
  }

  @Test
  void theExamplesInTheManualAreAnsweredAsItSays() throws Exception {
    String server = serve("add.wasm", "--workers", "4");
    List<String> lines = Manual.lines();
    int tried = 0;
    for (int i = 0; i < lines.size(); i++) {
      Matcher curl = CURL.matcher(lines.get(i));
      if (curl.matches()) {
        assertEquals(lines.get(i + 1) + "\n", send(server + curl.group(1), curl.group(2)));
        tried++;
      } else {
        assertTrue(!lines.get(i).startsWith("$ curl"), lines.get(i));
      }
    }
    assertTrue(tried >= 4, "found only " + tried);
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143"})
  void aSignalStopsItAndSaysSo(String signal, int code) throws Exception {
    String server = serve("happycoin.wasm", "--workers", "2", "--timeout", "2s");
    assertEquals(
        "{\"status\":\"ok\",\"workers\":2,\"stuck\":0,\"replaced\":0}\n",
        send(server + "/health", null));
    ChildProcess.signal(process, signal);
    assertEquals(code, ChildProcess.exitCode(process));
    assertEquals("wasm-run: stopped; 1 requests were answered", err.readLine());
    assertEquals(null, err.readLine());
  }

  @Test
  void whatGuestsEmitGoesToStandardOutput() throws Exception {
    String server = serve(Ended.fixture("emits"), "--workers", "1");
    assertEquals("{\"results\":[]}\n", send(server + "/invoke/work?args=0,1,3", null));
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("3", out.readLine());
    }
  }

  @ParameterizedTest
  @CsvSource({"true,101", "false,102"})
  void eachCallGetsAnInstanceOfItsOwnIfAsked(boolean fresh, int second) throws Exception {
    String module = Ended.fixture("snapshot");
    String server =
        fresh
            ? serve(module, "--workers", "1", "--fresh-instances")
            : serve(module, "--workers", "1");
    assertEquals("{\"results\":[101]}\n", send(server + "/invoke/bump", null));
    assertEquals("{\"results\":[" + second + "]}\n", send(server + "/invoke/bump", null));
  }

  @Test
  void whatCannotBeServedIsOneLine() throws Exception {
    assertRefused(
        2, "--port 65536 is no port; it is from 0 to 65535; try --help", "--port", "65536");
    assertRefused(2, "a pool has from 1 to 4096 workers, got 0; try --help", "--workers", "0");
    assertRefused(2, "a queue has room for at least 0 tasks, got -1; try --help", "--queue", "-1");
    assertRefused(
        2, "from 0 to 4096 workers may be replaced, got -1; try --help", "--max-replaced", "-1");
    assertRefused(2, "--host [nowhere] is not known here; try --help", "--host", "[nowhere]");
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      assertRefused(
          1,
          "cannot listen to 127.0.0.1:" + port + ": Address already in use; try another --port",
          "--port",
          port);
    }
  }

  private static void assertRefused(int code, String line, String... options) throws Exception {
    var args = new ArrayList<>(List.of("serve", "add.wasm"));
    args.addAll(List.of(options));
    var ended = Ended.run(args.toArray(String[]::new));
    assertEquals("wasm-run: " + line + "\n", ended.err());
    assertEquals(code, ended.code());
  }
}
