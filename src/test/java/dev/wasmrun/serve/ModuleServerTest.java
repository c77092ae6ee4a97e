package dev.wasmrun.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.wasmrun.Fixtures;
import dev.wasmrun.Hammer;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.pool.Gate;
import dev.wasmrun.pool.Overflow;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.WorkerPool;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server as a client sees it. */
@Timeout(120)
final class ModuleServerTest {
  private static final int MAX_BODY = 200;
  private static final Duration LONG = Duration.ofSeconds(60);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Gate gate = new Gate();
  private WorkerPool pool;
  private ModuleServer server;

  @AfterEach
  void stop() {
    gate.open();
    if (server != null) {
      server.close();
    }
  }

  private void serve(GuestModule module, PoolConfig.Builder config) throws IOException {
    serve(module, config, LONG);
  }

  private void serve(GuestModule module, PoolConfig.Builder config, Duration patience)
      throws IOException {
    pool = WorkerPool.open(module, config.build());
    server =
        ModuleServer.start(
            pool,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            MAX_BODY,
            patience,
            Set.of("Own.example"));
  }

  private void servePool(int workers, int queue) throws IOException {
    serve(
        Fixtures.module("pool"),
        PoolConfig.fixed(workers)
            .queue(queue, Overflow.REJECT)
            .hostFunctions(gate.function())
            .taskTimeout(LONG));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.address().getPort() + path))
        .timeout(LONG);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(path)
            .header("Content-Type", "application/json; charset=utf-8")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static void assertAnswer(int status, String body, HttpResponse<String> response) {
    assertEquals(body + "\n", response.body());
    assertEquals(status, response.statusCode());
    assertEquals("application/json", response.headers().firstValue("Content-Type").orElseThrow());
  }

  @Test
  void exportsAnswerAsJson() throws Exception {
    serve(GuestModule.load("add.wasm"), PoolConfig.fixed(2));
    assertAnswer(200, "{\"results\":[5]}", get("/invoke/add?args=2,3"));
    assertAnswer(200, "{\"results\":[5]}", get("/invoke/add?args=0x2&args=3"));
    assertAnswer(200, "{\"results\":[5]}", get("/invoke/add?args=2%2C3"));
    assertAnswer(
        200,
        "{\"results\":[\"9223372036854775807\"]}",
        get("/invoke/add64?args=9223372036854775806,1"));
    assertAnswer(200, "{\"results\":[-1]}", post("/invoke/add", "{\"args\":[2,\"-3\"]}"));
    assertAnswer(
        200,
        "{\"results\":[\"-1\"]}",
        post("/invoke/add64", "{\"args\":[18446744073709551614, 1]}"));
    assertAnswer(
        200, "{\"status\":\"ok\",\"workers\":2,\"stuck\":0,\"replaced\":0}", get("/health"));
  }

  @Test
  void everyTypeHasAFormInJson() throws Exception {
    serve(Fixtures.module("multi-value"), PoolConfig.fixed(1));
    assertAnswer(200, "{\"results\":[-1,\"-2\",0.5,1.0E300]}", get("/invoke/all-types"));
    assertAnswer(200, "{\"results\":[-1,\"-2\",0.5,1.0E300]}", post("/invoke/all-types", ""));
    stop();
    serve(Fixtures.module("no-work"), PoolConfig.fixed(1));
    assertAnswer(200, "{\"results\":[\"NaN\"]}", get("/invoke/foo?args=1,2,nan,1"));
    assertAnswer(200, "{\"results\":[\"Infinity\"]}", get("/invoke/foo?args=1,2,1,inf"));
    assertAnswer(200, "{\"results\":[]}", get("/invoke/nothing"));
  }

  @Test
  void aPostNeedsJson() throws Exception {
    serve(GuestModule.load("add.wasm"), PoolConfig.fixed(1));
    HttpRequest.Builder post =
        request("/invoke/add").POST(BodyPublishers.ofString("{\"args\":[1,2]}"));
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
      assertAnswer(
          415,
          "{\"error\":\"a POST needs Content-Type: application/json, got %s\"}".formatted(type),
          client.send(post.setHeader("Content-Type", type).build(), BodyHandlers.ofString()));
    }
    assertAnswer(
        200,
        "{\"results\":[3]}",
        client.send(
            post.setHeader("Content-Type", "Application/JSON").build(), BodyHandlers.ofString()));
  }

  @Test
  void pagesOfOthersMayNotCall() throws Exception {
    serve(GuestModule.load("add.wasm"), PoolConfig.fixed(1));
    String own = "http://127.0.0.1:" + server.address().getPort();
    assertEquals(200, statusWith("Origin", own));
    assertEquals(200, statusWith("Sec-Fetch-Site", "same-origin"));
    assertEquals(200, statusWith("Sec-Fetch-Site", "none")); // typed by the user
    for (String origin : List.of("http://foreign.example", "null", "http://127.0.0.1:1")) {
      assertEquals(403, statusWith("Origin", origin), origin);
    }
    assertEquals(403, statusWith("Sec-Fetch-Site", "cross-site"));
    assertEquals(403, statusWith("Sec-Fetch-Site", "same-site"));
  }

  private int statusWith(String header, String value) throws Exception {
    HttpRequest call = request("/invoke/add?args=1,2").header(header, value).build();
    return client.send(call, BodyHandlers.ofString()).statusCode();
  }

  @Test
  void whatIsWrongWithARequestIsSaidInOneLineOfJson() throws Exception {
    serve(GuestModule.load("add.wasm"), PoolConfig.fixed(1));
    assertAnswer(
        404,
        "{\"error\":\"there is no /nothing; there are /, /openapi.json, /status, /invoke/NAME, /health and /metrics\"}",
        get("/nothing"));
    assertAnswer(
        404,
        "{\"error\":\"add.wasm exports no function 'sub'; it exports add, add64\"}",
        get("/invoke/sub?args=1"));
    assertAnswer(
        400,
        "{\"error\":\"add takes 2 arguments, got 1: it is (i32, i32) -> (i32)\"}",
        get("/invoke/add?args=1"));
    assertAnswer(
        400,
        "{\"error\":\"argument 2: 'x' is not an i32: expected a decimal or 0x-hexadecimal integer\"}",
        get("/invoke/add?args=1,x"));
    assertAnswer(
        400,
        "{\"error\":\"unknown parameter 'arg'; there is only args\"}",
        get("/invoke/add?arg=1"));
    for (String body : List.of("[1,2]", "{\"args\":[true,1]}", "{\"args\":[[1],2]}", "{}", "7")) {
      assertAnswer(
          400,
          "{\"error\":\"the body is not of the form {\\\"args\\\": [2, \\\"3\\\"]}, with numbers or texts in it\"}",
          post("/invoke/add", body));
    }
    var malformed = post("/invoke/add", "{\"args\":[1,");
    assertEquals(400, malformed.statusCode());
    assertTrue(malformed.body().startsWith("{\"error\":\"the body is not JSON: "));
    assertEquals(1, malformed.body().lines().count());
    assertAnswer(
        413,
        "{\"error\":\"the body is longer than 200 bytes, the limit\"}",
        post("/invoke/add", "{\"args\":[1,2]}" + " ".repeat(MAX_BODY)));
    var deleted = client.send(request("/invoke/add").DELETE().build(), BodyHandlers.ofString());
    assertAnswer(405, "{\"error\":\"use GET, POST\"}", deleted);
    assertEquals("GET, POST", deleted.headers().firstValue("Allow").orElseThrow());
    assertAnswer(405, "{\"error\":\"use GET, HEAD\"}", post("/health", ""));
  }

  @Test
  void aTrapIsToldWithItsBacktrace() throws Exception {
    serve(Fixtures.module("traps"), PoolConfig.fixed(1));
    GuestModule traps = Fixtures.module("traps");
    String export =
        traps.exportedFunctions().entrySet().stream()
            .filter(entry -> entry.getValue().params().isEmpty())
            .findFirst()
            .orElseThrow()
            .getKey();
    var trapped = get("/invoke/" + export);
    assertEquals(500, trapped.statusCode(), trapped::body);
    var told = JSON.std.mapFrom(trapped.body());
    assertTrue(told.get("error").toString().startsWith("trapped: "), trapped::body);
    assertTrue(((List<?>) told.get("backtrace")).contains(export), trapped::body);
  }

  @Test
  void anExitAndAFailureOfTheHostAreToldToo() throws Exception {
    serve(
        Fixtures.module("pool"),
        PoolConfig.fixed(1)
            .hostFunctions(
                Gate.function(
                    what -> {
                      if (what > 0) {
                        throw new GuestExit(what);
                      }
                      throw new IllegalStateException("not today");
                    })));
    assertAnswer(
        500,
        "{\"error\":\"exit with code 7\",\"backtrace\":[],\"exitCode\":7}",
        get("/invoke/meet?args=7"));
    var failed = get("/invoke/meet?args=0");
    assertEquals(500, failed.statusCode());
    assertTrue(failed.body().contains("not today"), failed::body);
    assertAnswer(200, "{\"results\":[1]}", get("/invoke/calls"));
  }

  @Test
  void aCallThatTakesTooLongIsEndedAndToldWhereItWas() throws Exception {
    serve(
        Fixtures.module("pool"),
        PoolConfig.fixed(1).taskTimeout(Duration.ofMillis(50)).hostFunctions(gate.function()));
    assertAnswer(
        504,
        "{\"error\":\"spin() was still running after 50 ms\",\"backtrace\":[\"turn\"]}",
        get("/invoke/spin"));
    assertAnswer(200, "{\"results\":[1]}", get("/invoke/calls"));
  }

  @Test
  void aCallThatNoWorkerGetsToIsGivenUp() throws Exception {
    serve(
        Fixtures.module("pool"),
        PoolConfig.fixed(1).taskTimeout(LONG).hostFunctions(gate.function()),
        Duration.ofMillis(200));
    var running = pool.submit("meet", 1);
    gate.awaitVisitors(1);
    assertAnswer(503, "{\"error\":\"no worker was free in time\"}", get("/invoke/calls"));
    gate.open();
    assertEquals(1, running.join().asInt());
  }

  @Test
  void loadBeyondTheQueueIsRefusedAndTheRestAnswered() throws Exception {
    servePool(2, 3);
    var accepted = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (int i = 0; i < 5; i++) {
      accepted.add(
          client.sendAsync(request("/invoke/meet?args=" + i).build(), BodyHandlers.ofString()));
      int sent = i + 1;
      Gate.await(() -> metric("calls_running") + metric("calls_queued") == sent);
    }
    var refused = get("/invoke/meet?args=5");
    assertAnswer(
        503,
        "{\"error\":\"meet(5) was rejected: all workers are busy and 3 tasks wait; try later, or with a longer queue\"}",
        refused);
    assertEquals("1", refused.headers().firstValue("Retry-After").orElseThrow());
    assertEquals(200, get("/health").statusCode());
    gate.open();
    for (int i = 0; i < 5; i++) {
      assertAnswer(200, "{\"results\":[%s]}".formatted(i), accepted.get(i).get());
    }
    assertEquals(1, metric("calls_total{outcome=\"rejected\"}"));
    assertEquals(5, metric("calls_total{outcome=\"completed\"}"));
    assertEquals(5, metric("run_seconds_count"));
    assertEquals(5, metric("wait_seconds_bucket{le=\"+Inf\"}"));
    assertEquals(1, metric("http_responses_total{code=\"503\"}"));
  }

  @Test
  void metricsHaveTheDigitsOfPrometheusInEveryLocale() throws Exception {
    Locale usual = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      serve(GuestModule.load("add.wasm"), PoolConfig.fixed(2));
      assertEquals(200, get("/invoke/add?args=2,3").statusCode());
      assertEquals(404, get("/nothing").statusCode());
      assertEquals(1, metric("http_responses_total{code=\"404\"}"));
      assertEquals(1, metric("run_seconds_count"));
    } finally {
      Locale.setDefault(usual);
    }
  }

  @Test
  void theHealthTellsThatNoWorkerCanBeFreed() throws Exception {
    serve(
        Fixtures.module("pool"),
        PoolConfig.fixed(1)
            .maxReplaced(1)
            .taskTimeout(Duration.ofMillis(50))
            .hostFunctions(gate.deafFunction()));
    assertEquals(504, get("/invoke/meet?args=1").statusCode());
    assertAnswer(
        200, "{\"status\":\"ok\",\"workers\":2,\"stuck\":1,\"replaced\":1}", get("/health"));
    assertEquals(504, get("/invoke/meet?args=1").statusCode());
    assertAnswer(
        503,
        "{\"status\":\"stuck\",\"error\":\"no worker can be freed: the calls of 2 workers do not end\",\"workers\":2,\"stuck\":2,\"replaced\":1}",
        get("/health"));
    assertEquals(2, metric("workers_stuck"));
    assertEquals(1, metric("workers_replaced_total"));
    gate.open();
    Gate.await(() -> status("/health") == 200);
    assertAnswer(200, "{\"results\":[1]}", get("/invoke/calls"));
    // The other one may have been replaced when the first had ended, and before it ended itself.
    assertTrue(metric("workers_replaced_total") <= 2);
  }

  /** A number of the metrics, all of which must be well-formed. */
  private long metric(String name) {
    try {
      HttpResponse<String> response = get("/metrics");
      assertEquals(
          "text/plain; version=0.0.4; charset=utf-8",
          response.headers().firstValue("Content-Type").orElseThrow());
      return (long) Exposition.read(response.body()).value("wasm_run_" + name);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void manyClientsAreAnsweredRightOrRefused() throws Exception {
    serve(GuestModule.load("add.wasm"), PoolConfig.fixed(2).queue(4, Overflow.REJECT));
    var answered = new AtomicInteger();
    var refused = new AtomicInteger();
    Hammer.strike(
        8,
        thread -> {
          var own = HttpClient.newHttpClient();
          for (int i = 0; i < 100; i++) {
            var response =
                own.send(
                    request("/invoke/add?args=%s,%s".formatted(thread, i)).build(),
                    BodyHandlers.ofString());
            if (response.statusCode() == 503) {
              refused.incrementAndGet();
            } else {
              assertAnswer(200, "{\"results\":[%s]}".formatted(thread + i), response);
              answered.incrementAndGet();
            }
          }
        });
    assertEquals(800, answered.get() + refused.get());
    assertEquals(answered.get(), metric("calls_total{outcome=\"completed\"}"));
    assertEquals(refused.get(), metric("calls_total{outcome=\"rejected\"}"));
  }

  @Test
  void stoppingAnswersWhatWasAcceptedAndNothingElse() throws Exception {
    servePool(1, 4);
    var accepted =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    client.sendAsync(
                        request("/invoke/meet?args=" + i).build(), BodyHandlers.ofString()))
            .toList();
    Gate.await(() -> metric("calls_running") + metric("calls_queued") == 3);
    var stopping = new Thread(server::close);
    stopping.start();
    Gate.await(() -> status("/health") == 503);
    assertAnswer(
        503,
        "{\"status\":\"stopping\",\"error\":\"the server is stopping\",\"workers\":1,\"stuck\":0,\"replaced\":0}",
        get("/health"));
    assertEquals(503, get("/invoke/calls").statusCode());
    gate.open();
    for (int i = 0; i < 3; i++) {
      assertAnswer(200, "{\"results\":[%s]}".formatted(i), accepted.get(i).get());
    }
    stopping.join();
    assertThrows(ConnectException.class, () -> get("/health"));
  }

  private int status(String path) {
    try {
      return get(path).statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aReferenceHasNoFormInJsonAndIsNotAskedFor() throws Exception {
    servePool(1, 4);
    assertAnswer(
        400,
        "{\"error\":\"nothing returns what JSON has no form for: it is () -> (ref)\"}",
        get("/invoke/nothing"));
    assertEquals(0, pool.statistics().completed());
  }

  @Test
  void aHeadIsAGetWithoutItsBodyUnlessItWouldMakeACall() throws Exception {
    servePool(1, 4);
    for (String path : List.of("/health", "/metrics")) {
      var head =
          client.send(
              request(path).method("HEAD", BodyPublishers.noBody()).build(),
              BodyHandlers.ofString());
      assertEquals(200, head.statusCode());
      assertEquals("", head.body());
      assertTrue(head.headers().firstValueAsLong("Content-Length").orElseThrow() > 0);
    }
    var call =
        client.send(
            request("/invoke/calls").method("HEAD", BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());
    assertEquals(405, call.statusCode());
    var options =
        client.send(
            request("/invoke/calls").method("OPTIONS", BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());
    assertAnswer(405, "{\"error\":\"use GET, POST\"}", options);
    assertAnswer(200, "{\"results\":[1]}", get("/invoke/calls")); // the first
  }

  @Test
  void stoppingUnderLoadAnswersRightRefusesOrClosesAndEnds() throws Exception {
    serve(GuestModule.load("add.wasm"), PoolConfig.fixed(2).queue(4, Overflow.REJECT));
    var answered = new AtomicInteger();
    Hammer.strike(
        6,
        thread -> {
          if (thread == 0) {
            Gate.await(() -> answered.get() > 50);
            server.close();
            return;
          }
          var own = HttpClient.newHttpClient();
          try {
            while (true) {
              var response =
                  own.send(
                      request("/invoke/add?args=%s,1".formatted(thread)).build(),
                      BodyHandlers.ofString());
              if (response.statusCode() == 200) {
                assertAnswer(200, "{\"results\":[%s]}".formatted(thread + 1), response);
                answered.incrementAndGet();
              } else {
                assertEquals(503, response.statusCode());
              }
            }
          } catch (IOException e) {
            assertTrue(answered.get() > 50, e::toString); // closed, or nobody listens any more
          }
        });
    assertEquals(0, pool.statistics().workers());
    assertThrows(ConnectException.class, () -> get("/health"));
  }

  @Test
  void anAddressInUseIsAnErrorOfTheStart() throws Exception {
    servePool(1, 1);
    try (var other = WorkerPool.open(GuestModule.load("add.wasm"), PoolConfig.fixed(1).build())) {
      assertThrows(
          IOException.class,
          () -> ModuleServer.start(other, server.address(), MAX_BODY, LONG, Set.of()));
      assertEquals(3, other.submit("add", 1, 2).join().asInt());
    }
  }
}
