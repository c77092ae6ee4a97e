package dev.wasmrun.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.wasmrun.Browser;
import dev.wasmrun.Fixtures;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.pool.Overflow;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.WorkerPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page of a server, and the descriptions that it and others read. */
@Timeout(120)
final class PageTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** Calls an export by its form; the value is what the page then shows. */
  private static final String CALL =
      """
      (async () => {
        const until = async (found) => {
          while (!found()) await new Promise((resolve) => setTimeout(resolve, 20));
          return found();
        };
        const form = await until(() => [...document.forms].find(
          (one) => one.querySelector('code').textContent.startsWith('%s(')));
        const args = [%s];
        form.querySelectorAll('input').forEach((input, i) => { input.value = args[i]; });
        form.querySelector('button').click();
        const output = form.querySelector('output');
        await until(() => output.textContent !== '' && output.textContent !== '…');
        const failures = document.getElementById('failures');
        if (output.textContent.startsWith('trapped')) await until(() => failures.children.length > 0);
        const foreign = performance.getEntriesByType('resource')
          .filter((one) => !one.name.startsWith(location.origin + '/'));
        return [
          document.title,
          output.textContent,
          [...failures.children].map((one) => one.textContent.replace(/^\\S+ /, '')).join(';'),
          foreign.length,
        ].join('|');
      })()
      """;

  private ModuleServer server;

  @AfterEach
  void stop() {
    server.close();
  }

  private String serve(GuestModule module) throws IOException {
    var pool = WorkerPool.open(module, PoolConfig.fixed(2).queue(8, Overflow.REJECT).build());
    var anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = ModuleServer.start(pool, anywhere, 1000, LONG, Set.of());
    return "http://127.0.0.1:" + server.address().getPort();
  }

  private static HttpResponse<String> get(String uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString());
  }

  @Test
  void aFormCallsAnExportInABrowser() throws Exception {
    String page = serve(GuestModule.load("add.wasm"));
    try (var browser = Browser.start()) {
      assertEquals(
          "add.wasm|5||0", browser.evaluate(page + "/", CALL.formatted("add", "'2', '0x3'")));
      assertEquals(
          "add.wasm|argument 2: 'x' is not an i64: expected a decimal or 0x-hexadecimal integer||0",
          browser.evaluate(page + "/", CALL.formatted("add64", "'2', 'x'")));
    }
  }

  @Test
  void aTrapIsShownInABrowser() throws Exception {
    String page = serve(Fixtures.module("traps"));
    try (var browser = Browser.start()) {
      assertEquals(
          "traps.wasm|trapped: unreachable instruction executed\n  at unreachable"
              + "|unreachable(): unreachable instruction executed|0",
          browser.evaluate(page + "/", CALL.formatted("unreachable", "")));
    }
  }

  @Test
  void thePageRefersToNothingElsewhere() throws Exception {
    String server = serve(GuestModule.load("add.wasm"));
    for (String path : List.of("/", "/page.css", "/page.js")) {
      HttpResponse<String> file = get(server + path);
      assertEquals(200, file.statusCode(), path);
      assertFalse(file.body().contains("http"), path);
      assertFalse(file.body().contains("\"//"), path);
      assertEquals(
          "default-src 'self'; img-src data:; frame-ancestors 'none'",
          file.headers().firstValue("Content-Security-Policy").orElseThrow());
    }
  }

  @Test
  void openApiHasACallForEachExportThatCanBeCalled() throws Exception {
    Map<String, Object> api =
        JSON.std.mapFrom(get(serve(Fixtures.module("multi-value")) + "/openapi.json").body());
    assertEquals("3.1.0", api.get("openapi"));
    var paths = (Map<?, ?>) api.get("paths");
    assertTrue(paths.containsKey("/invoke/all-types"), paths.toString());
    assertTrue(paths.containsKey("/health") && paths.containsKey("/metrics"), paths.toString());
    var call = (Map<?, ?>) ((Map<?, ?>) paths.get("/invoke/all-types")).get("post");
    assertEquals("all-types", call.get("operationId"));
    String results = JSON.std.asString(((Map<?, ?>) call.get("responses")).get("200"));
    assertTrue(results.contains("\"minItems\":4,\"maxItems\":4"), results);
  }

  @Test
  void theStatusHasTheLatestFailuresFirst() throws Exception {
    String server = serve(Fixtures.module("traps"));
    for (int i = 0; i < 21; i++) {
      assertEquals(500, get(server + "/invoke/unreachable").statusCode());
    }
    Map<String, Object> status = JSON.std.mapFrom(get(server + "/status").body());
    var failures = (List<?>) status.get("failures");
    assertEquals(20, failures.size());
    var latest = (Map<?, ?>) failures.get(0);
    assertEquals("unreachable()", latest.get("call"));
    assertEquals("unreachable instruction executed", latest.get("error"));
    assertTrue(latest.get("time").toString().matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]+Z"));
    assertEquals(21, ((Map<?, ?>) status.get("workers")).get("failed"));
  }
}
