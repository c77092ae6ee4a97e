package dev.wasmrun;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A page in a {@link Browser} that is looked at, typed into and pictured. Used by one thread. */
public final class BrowserTab implements AutoCloseable {
  private static final long SECONDS = 60;

  private final Messages messages = new Messages();
  private final WebSocket socket;
  private int calls;

  private BrowserTab(HttpClient client, URI socket) throws Exception {
    this.socket =
        client.newWebSocketBuilder().buildAsync(socket, messages).get(SECONDS, TimeUnit.SECONDS);
  }

  static BrowserTab open(HttpClient client, URI socket, URI page) throws Exception {
    var tab = new BrowserTab(client, socket);
    tab.call("Log.enable", Map.of());
    tab.call("Runtime.enable", Map.of());
    tab.call("Page.enable", Map.of());
    tab.call("Page.navigate", Map.of("url", page.toString()));
    tab.messages.loaded.get(SECONDS, TimeUnit.SECONDS);
    return tab;
  }

  /** Does something that the DevTools protocol has a name for. */
  public Map<?, ?> call(String method, Map<String, Object> params) throws Exception {
    int id = ++calls;
    var answer = new CompletableFuture<Map<String, Object>>();
    messages.awaited.put(id, answer);
    socket
        .sendText(JSON.std.asString(Map.of("id", id, "method", method, "params", params)), true)
        .get(SECONDS, TimeUnit.SECONDS);
    Map<String, Object> told = answer.get(SECONDS, TimeUnit.SECONDS);
    if (told.containsKey("error")) {
      throw new AssertionError(method + ": " + told.get("error"));
    }
    return (Map<?, ?>) told.get("result");
  }

  /** The value of an expression in the page, a promise or not, as text. */
  public String evaluate(String expression) throws Exception {
    Map<?, ?> told =
        call(
            "Runtime.evaluate",
            Map.of(
                "expression",
                expression,
                "awaitPromise",
                true,
                "returnByValue",
                true,
                "userGesture",
                true));
    if (told.containsKey("exceptionDetails")) {
      throw new AssertionError(expression + ": " + told.get("exceptionDetails"));
    }
    return String.valueOf(((Map<?, ?>) told.get("result")).get("value"));
  }

  /** Presses a key, such as {@code Tab} or {@code ArrowDown}, and lets it go. */
  public void press(String key) throws Exception {
    Map<String, Integer> codes =
        Map.of(
            "Tab",
            9,
            "Enter",
            13,
            " ",
            32,
            "End",
            35,
            "Home",
            36,
            "ArrowLeft",
            37,
            "ArrowUp",
            38,
            "ArrowRight",
            39,
            "ArrowDown",
            40);
    String text = key.equals("Enter") ? "\r" : key.equals(" ") ? " " : "";
    for (String type : List.of(text.isEmpty() ? "rawKeyDown" : "keyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          Map.of(
              "type",
              type,
              "key",
              key,
              "code",
              key.equals(" ") ? "Space" : key,
              "windowsVirtualKeyCode",
              codes.get(key),
              "text",
              type.equals("keyUp") ? "" : text));
    }
  }

  /** What the page has complained of: scripts that failed, and what its policy refused. */
  public List<String> complaints() {
    synchronized (messages.complaints) {
      return List.copyOf(messages.complaints);
    }
  }

  @Override
  public void close() {
    socket.abort();
  }

  private static final class Messages implements WebSocket.Listener {
    private final Map<Integer, CompletableFuture<Map<String, Object>>> awaited =
        new ConcurrentHashMap<>();
    private final CompletableFuture<Void> loaded = new CompletableFuture<>();
    private final List<String> complaints = new ArrayList<>(); // guarded by itself

    /** Used by one thread at a time, as the client says. */
    private final StringBuilder parts = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      parts.append(part);
      if (last) {
        told(parts.toString());
        parts.setLength(0);
      }
      socket.request(1);
      return null;
    }

    private void told(String text) {
      Map<String, Object> message;
      try {
        message = JSON.std.mapFrom(text);
      } catch (IOException e) {
        throw new AssertionError(text, e);
      }
      if (message.get("id") instanceof Integer id) {
        awaited.remove(id).complete(message);
      } else if ("Page.loadEventFired".equals(message.get("method"))) {
        loaded.complete(null);
      } else if (isComplaint(message)) {
        synchronized (complaints) {
          complaints.add(text);
        }
      }
    }

    private static boolean isComplaint(Map<String, Object> message) {
      return "Runtime.exceptionThrown".equals(message.get("method"))
          || "Log.entryAdded".equals(message.get("method"))
              && "error"
                  .equals(
                      ((Map<?, ?>) ((Map<?, ?>) message.get("params")).get("entry")).get("level"));
    }
  }
}
