package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code serve --processes}, in processes. */
@Timeout(120)
final class ServeProcessesTest {
  private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/");
  private static final int TERMINATED = 143;

  private Process server;

  @AfterEach
  void end() {
    if (server == null) {
      return;
    }
    server.descendants().forEach(ProcessHandle::destroyForcibly);
    server.destroyForcibly();
  }

  private BufferedReader start(String... more) throws IOException {
    var args = new java.util.ArrayList<>(List.of("serve", "add.wasm", "--port", "0"));
    args.addAll(List.of("--processes", "2", "--workers", "1"));
    args.addAll(List.of(more));
    server = ChildProcess.start(new ProcessBuilder(), args);
    return server.errorReader();
  }

  @Test
  void oneThatDiesIsReplacedAndTheirNumbersAddUp() throws Exception {
    BufferedReader said = start();
    String line = said.readLine();
    assertTrue(line.endsWith(" with 2 processes; Ctrl-C stops it"), line);
    Matcher url = URL.matcher(line);
    assertTrue(url.find(), line);
    assertEquals(2, server.children().count());

    // Two connections at a time, so that there is one to each process.
    for (int i = 0; i < 2; i++) {
      assertEquals("{\"results\":[5]}", call(url.group(), "invoke/add?args=2,3").strip());
    }
    assertTrue(
        call(url.group(), "metrics").contains("wasm_run_workers 2\n"), "the workers of both");
    assertTrue(
        call(url.group(), "metrics").contains("wasm_run_calls_total{outcome=\"completed\"} 2\n"));

    ProcessHandle victim = server.children().findFirst().orElseThrow();
    victim.destroyForcibly();
    assertEquals(
        "wasm-run: process %s ended with exit code 137; another takes its place"
            .formatted(victim.pid()),
        said.readLine());
    assertEquals("{\"results\":[9]}", call(url.group(), "invoke/add?args=4,5").strip());
    while (!call(url.group(), "metrics").contains("wasm_run_workers 2\n")) {
      Thread.onSpinWait(); // until the other serves
    }

    ChildProcess.signal(server, "TERM");
    assertEquals(TERMINATED, ChildProcess.exitCode(server));
    String last = said.readLine();
    assertTrue(last.matches("wasm-run: stopped; \\d+ requests were answered"), last);
    assertEquals(null, said.readLine());
  }

  @Test
  void processesThatCannotServeAreNotStartedForEver() throws Exception {
    BufferedReader said = start("--max-memory", "x");
    assertEquals(ExitCode.USAGE.code(), ChildProcess.exitCode(server));
    assertTrue(said.readLine().startsWith("wasm-run: Invalid value for option '--max-memory'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "257"})
  void aNumberOfProcessesThatMakesNoSenseIsRefused(String count) {
    Ended.run("serve", "add.wasm", "--port", "0", "--processes", count)
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: --processes is from 1 to 256, got %s; try --help".formatted(count));
  }

  /** Each call has a connection of its own. */
  private static String call(String url, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}
