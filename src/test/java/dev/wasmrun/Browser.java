package dev.wasmrun;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium, spoken to by its DevTools protocol. */
public final class Browser implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome");
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/.*");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final String address;

  private Browser(Process process) throws IOException {
    this.process = process;
    this.address = address(process.errorReader());
  }

  /** Starts the one that is installed; aborts the test where there is none. */
  public static Browser start() throws IOException {
    // Not a temporary directory of the test: a helper that outlives the browser may still write
    // there.
    Path profile = Files.createTempDirectory(Path.of("target"), "browser").toAbsolutePath();
    for (String name : NAMES) {
      try {
        return new Browser(
            new ProcessBuilder(
                    name,
                    "--headless",
                    "--no-sandbox", // nothing foreign is loaded, and containers lack what it needs
                    "--disable-gpu",
                    "--remote-debugging-port=0",
                    "--user-data-dir=" + profile)
                .start());
      } catch (IOException e) {
        continue; // not installed
      }
    }
    assumeTrue(false, "no Chromium here");
    throw new AssertionError();
  }

  private static String address(BufferedReader errors) throws IOException {
    for (String line = errors.readLine(); line != null; line = errors.readLine()) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.matches()) {
        return listening.group(1);
      }
    }
    throw new IOException("the browser ended before it listened");
  }

  /** Opens a page and evaluates an expression in it, a promise or not, whose value is a text. */
  public String evaluate(String page, String expression) throws Exception {
    URI socket = create(page);
    while (true) {
      Map<String, Object> told = evaluateOnce(socket, expression);
      if (told.containsKey("result")) {
        Map<?, ?> result = (Map<?, ?>) ((Map<?, ?>) told.get("result")).get("result");
        return String.valueOf(result.get("value"));
      }
      // The page that was there before this one was loaded has gone, with the expression.
    }
  }

  private URI create(String page) throws IOException, InterruptedException {
    var created =
        client.send(
            HttpRequest.newBuilder(URI.create("http://" + address + "/json/new?" + page))
                .PUT(BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());
    return URI.create(JSON.std.mapFrom(created.body()).get("webSocketDebuggerUrl").toString());
  }

  /** Opens a page, to be used until it is closed. */
  public BrowserTab open(URI page) throws Exception {
    return BrowserTab.open(client, create("about:blank"), page);
  }

  private Map<String, Object> evaluateOnce(URI socket, String expression) throws Exception {
    var answer = new Answer();
    WebSocket tab =
        client.newWebSocketBuilder().buildAsync(socket, answer).get(30, TimeUnit.SECONDS);
    Map<String, Object> params =
        Map.of("expression", expression, "awaitPromise", true, "returnByValue", true);
    try {
      tab.sendText(
              JSON.std.asString(Map.of("id", 1, "method", "Runtime.evaluate", "params", params)),
              true)
          .get(30, TimeUnit.SECONDS);
      return JSON.std.mapFrom(answer.whole.get(60, TimeUnit.SECONDS));
    } finally {
      tab.abort();
    }
  }

  /** The first message. */
  private static final class Answer implements WebSocket.Listener {
    private final CompletableFuture<String> whole = new CompletableFuture<>();

    /** Used by one thread at a time, as the client says. */
    private final StringBuilder parts = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      parts.append(part);
      if (last) {
        whole.complete(parts.toString());
      }
      socket.request(1);
      return null;
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().join());
  }
}
