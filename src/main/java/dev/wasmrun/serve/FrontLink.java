package dev.wasmrun.serve;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How a server that is one of several speaks with the process that has started them: by HTTP on
 * loopback, with a secret that only those two know. Immutable.
 */
public final class FrontLink {
  /** Who has started a server tells it this, in a variable: a port and the secret. */
  static final String VARIABLE = "WASM_RUN_FRONT";

  static final String SECRET = "Wasm-Run-Secret";
  static final String STARTED = "/started";
  static final String STOPPED = "/stopped";
  static final String METRICS = "/metrics";

  private static final int MILLIS = 5_000;

  private final String port;
  private final String secret;

  private FrontLink(String port, String secret) {
    this.port = port;
    this.secret = secret;
  }

  /** The link of this process, if it is one of several. */
  public static Optional<FrontLink> ofThisProcess() {
    return Optional.ofNullable(System.getenv(VARIABLE))
        .map(text -> text.split(" ", 2))
        .filter(parts -> parts.length == 2)
        .map(parts -> new FrontLink(parts[0], parts[1]));
  }

  /**
   * Tells that this process serves.
   *
   * @param servedAt the port of loopback that it listens to
   * @throws IOException if nobody is there to be told
   */
  public void started(int servedAt) throws IOException {
    exchange(STARTED, "%s %s".formatted(ProcessHandle.current().pid(), servedAt));
  }

  /**
   * Tells that this process serves no more.
   *
   * @param answered how many requests it has answered
   * @throws IOException as {@link #started}
   */
  public void stopped(long answered) throws IOException {
    exchange(STOPPED, Long.toString(answered));
  }

  /** The numbers of all the servers. */
  String metrics() throws IOException {
    return exchange(METRICS, "");
  }

  /** Whether a request comes from who knows the secret. */
  boolean knows(String said) {
    return secret.equals(said);
  }

  private String exchange(String path, String body) throws IOException {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    return post(URI.create("http://%s:%s%s".formatted(host, port, path)), secret, body);
  }

  /** Sends a text, and returns the answer. */
  static String post(URI to, String secret, String body) throws IOException {
    var connection = (HttpURLConnection) to.toURL().openConnection();
    connection.setConnectTimeout(MILLIS);
    connection.setReadTimeout(MILLIS);
    connection.setRequestProperty(SECRET, secret);
    if (!body.isEmpty()) {
      connection.setDoOutput(true);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body.getBytes(StandardCharsets.UTF_8));
      }
    }
    try (var in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
