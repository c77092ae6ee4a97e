package dev.wasmrun.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Several processes that each serve the same module, behind one address:
 *
 * <pre>
 *   client ──▶ ConnectionFront ──▶ process: ModuleServer on a port of loopback
 *                  this process │      │
 *                               ◀──────┘  started, stopped, the numbers of all: FrontLink
 * </pre>
 *
 * <p>One that dies is replaced. They end with this process: their input does. Thread-safe.
 */
public final class ServerProcesses implements AutoCloseable {
  /** The most processes: each has a heap, workers and threads of its own. */
  public static final int MOST = 256;

  /** So often in a row one may end before it serves. */
  private static final int MOST_FAILURES = 3;

  /** How long clients have to read what has been answered. */
  private static final Duration LAST_RESPONSES = Duration.ofSeconds(2);

  private final List<String> command;
  private final Consumer<String> notices;
  private final ConnectionFront front;
  private final HttpServer office;
  private final String secret = UUID.randomUUID().toString();
  private final AtomicLong answered = new AtomicLong();
  private final CountDownLatch serving;
  private final CountDownLatch over = new CountDownLatch(1);

  // Guarded by this.
  private final Map<Long, Integer> ports = new HashMap<>();
  private final List<Process> processes = new ArrayList<>();
  private int failures;
  private boolean stopping;

  private ServerProcesses(
      List<String> command,
      int count,
      Consumer<String> notices,
      ConnectionFront front,
      HttpServer office) {
    this.command = command;
    this.notices = notices;
    this.front = front;
    this.office = office;
    this.serving = new CountDownLatch(count);
  }

  /**
   * Starts the processes.
   *
   * @param address where clients come to
   * @param count how many, from 1 to {@link #MOST}
   * @param command starts one, which finds a {@link FrontLink}
   * @param notices gets what there is to say, each in a line
   * @throws IOException if the address cannot be listened to, or no process started
   */
  public static ServerProcesses start(
      InetSocketAddress address, int count, List<String> command, Consumer<String> notices)
      throws IOException {
    ConnectionFront front = ConnectionFront.start(address);
    HttpServer office =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var all = new ServerProcesses(command, count, notices, front, office);
    office.setExecutor(
        Executors.newCachedThreadPool(
            body -> {
              var thread = new Thread(body, "front-office");
              thread.setDaemon(true);
              return thread;
            }));
    office.createContext("/", all::answer);
    office.start();
    try {
      for (int i = 0; i < count; i++) {
        all.startOne();
      }
    } catch (IOException e) {
      all.close();
      throw e;
    }
    return all;
  }

  /** Where clients come to. */
  public InetSocketAddress address() {
    return front.address();
  }

  /** How many requests have been answered by processes that have stopped. */
  public long answered() {
    return answered.get();
  }

  /**
   * Waits until all serve.
   *
   * @return whether they do; if not, they end again and again before they serve
   */
  public boolean awaitServing() throws InterruptedException {
    serving.await();
    synchronized (this) {
      return failures < MOST_FAILURES;
    }
  }

  /** Waits until nobody serves any more. */
  public void awaitEnd() throws InterruptedException {
    over.await();
  }

  private synchronized void startOne() throws IOException {
    var builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder
        .environment()
        .put(FrontLink.VARIABLE, "%s %s".formatted(office.getAddress().getPort(), secret));
    Process process = builder.start();
    processes.add(process);
    process.onExit().thenAccept(this::ended);
  }

  private synchronized void ended(Process process) {
    processes.remove(process);
    Integer port = ports.remove(process.pid());
    if (port != null) {
      front.remove(port);
    }
    if (!stopping) {
      replace(process, port != null);
    }
    if (processes.isEmpty()) {
      while (serving.getCount() > 0) {
        serving.countDown();
      }
      over.countDown();
    }
  }

  private void replace(Process process, boolean served) {
    failures = served ? 0 : failures + 1;
    if (failures >= MOST_FAILURES) {
      notices.accept(
          "the processes end with exit code %s before they serve".formatted(process.exitValue()));
      stopping = true;
      processes.forEach(Process::destroy);
      return;
    }
    notices.accept(
        "process %s ended with exit code %s; another takes its place"
            .formatted(process.pid(), process.exitValue()));
    try {
      startOne();
    } catch (IOException e) {
      notices.accept("cannot start a process: " + e.getMessage());
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean known = secret.equals(exchange.getRequestHeaders().getFirst(FrontLink.SECRET));
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      byte[] reply =
          known
              ? reply(exchange.getRequestURI().getPath(), body).getBytes(StandardCharsets.UTF_8)
              : new byte[0];
      exchange.sendResponseHeaders(known ? 200 : 403, reply.length == 0 ? -1 : reply.length);
      exchange.getResponseBody().write(reply);
    }
  }

  private String reply(String path, String body) {
    switch (path) {
      case FrontLink.STARTED -> {
        String[] parts = body.split(" ");
        started(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
      }
      case FrontLink.STOPPED -> answered.addAndGet(Long.parseLong(body));
      default -> {
        return MetricsSum.of(
            front.ports().stream().map(this::metrics).filter(text -> !text.isEmpty()).toList());
      }
    }
    return "";
  }

  private synchronized void started(long pid, int port) {
    if (processes.stream().noneMatch(process -> process.pid() == pid)) {
      return; // it has been killed in the meantime
    }
    ports.put(pid, port);
    failures = 0;
    front.add(port);
    serving.countDown();
  }

  /** The numbers of one server; none if it has just ended. */
  private String metrics(int port) {
    try {
      String host = InetAddress.getLoopbackAddress().getHostAddress();
      return FrontLink.post(URI.create("http://%s:%s/metrics".formatted(host, port)), secret, "");
    } catch (IOException e) {
      return "";
    }
  }

  /** Has every process answer what it has accepted, and waits until all have ended. */
  @Override
  public void close() {
    synchronized (this) {
      stopping = true;
      front.stopAccepting();
      processes.forEach(Process::destroy); // SIGTERM
      if (processes.isEmpty()) {
        over.countDown();
      }
    }
    try {
      over.await();
      front.awaitEnd(LAST_RESPONSES);
      front.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      notices.accept("cannot close the port: " + e.getMessage());
    }
    office.stop(0);
  }
}
