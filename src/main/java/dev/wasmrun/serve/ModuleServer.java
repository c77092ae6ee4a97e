package dev.wasmrun.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.ShownNames;
import dev.wasmrun.pool.Call;
import dev.wasmrun.pool.WorkerPool;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * An HTTP server over the exports of a pool's module:
 *
 * <pre>
 *   GET  /invoke/NAME?args=2,3                  calls NAME; 200 {"results": [5]}
 *   POST /invoke/NAME  {"args": [2, 3]}         the same
 *   GET  /                                      a page to call them from
 *   GET  /openapi.json                          a description for programs
 *   GET  /status                                exports, workers and recent failures
 *   GET  /health                                200 while there are workers for calls, else 503
 *   GET  /metrics                               for Prometheus
 * </pre>
 *
 * <p>A HEAD is a GET without the body, except where that would make a call.
 *
 * <p>Every error is a JSON object with a member {@code error}: 400, 404, 405 and 413 for requests
 * that are wrong, 403 for pages of another site, 415 for a POST that is not JSON, 500 with {@code
 * backtrace} for a call that trapped or failed, 504 for one that took too long, 503 when the queue
 * is full or the server stops.
 */
public final class ModuleServer implements AutoCloseable {
  private static final String INVOKE = "/invoke/";
  private static final String HEAD = "HEAD";

  /** The files of the page, by their paths. */
  private static final Map<String, String> PAGES =
      Map.of("/", "page.html", "/page.css", "page.css", "/page.js", "page.js");

  /** Connections, and so threads, at a time; the JDK's server closes any beyond them at once. */
  static final int MOST_CONNECTIONS = 1024;

  /** What the JDK's server takes for the length of a body that does not come. */
  private static final long NO_BODY = -1;

  /** How long a client may take to send a request, or to read a response. */
  private static final Duration TRANSFER_LIMIT = Duration.ofSeconds(10);

  /** How long the last responses may take to be written when the server stops. */
  private static final Duration LAST_RESPONSES = Duration.ofSeconds(2);

  static {
    // The JDK's server takes these from nowhere else, and once. Without the first, small responses
    // on kept connections wait 40 ms for the client's acknowledgement.
    setUnlessSet("sun.net.httpserver.nodelay", "true");
    setUnlessSet("sun.net.httpserver.maxReqTime", Long.toString(TRANSFER_LIMIT.toSeconds()));
    setUnlessSet("sun.net.httpserver.maxRspTime", Long.toString(TRANSFER_LIMIT.toSeconds()));
    setUnlessSet("jdk.httpserver.maxConnections", Integer.toString(MOST_CONNECTIONS));
  }

  private final WorkerPool pool;
  private final int maxBody;
  private final Duration patience;
  private final RequestOrigin origins;
  private final HttpServer server;
  private final ExecutorService transfers;
  private final RecentFailures failures = new RecentFailures();
  private final ConcurrentHashMap<Integer, AtomicLong> responses = new ConcurrentHashMap<>();

  /** Counts the exchanges that have no response yet, and one for the server itself. */
  private final Phaser exchanges = new Phaser(1);

  /** To the process that has started this one and others; empty if this is the only one. */
  private final Optional<FrontLink> front = FrontLink.ofThisProcess();

  private volatile boolean stopping;

  private ModuleServer(
      WorkerPool pool, int maxBody, Duration patience, RequestOrigin origins, HttpServer server) {
    this.pool = pool;
    this.origins = origins;
    this.maxBody = maxBody;
    this.patience = patience;
    this.server = server;
    this.transfers =
        Executors.newCachedThreadPool(
            body -> {
              var thread = new Thread(body, pool.module().name() + "#http");
              thread.setDaemon(true);
              return thread;
            });
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Starts a server.
   *
   * @param pool makes the calls; one that rejects what it has no room for. Closed with the server
   * @param address where to listen; port 0 for any that is free
   * @param maxBody the most bytes of a request's body
   * @param patience how long a call may take altogether, in the queue and on a worker
   * @param hosts names by which clients may call the server, beside localhost and addresses
   * @throws IOException if the address cannot be listened to; the pool is left open
   */
  public static ModuleServer start(
      WorkerPool pool, InetSocketAddress address, int maxBody, Duration patience, Set<String> hosts)
      throws IOException {
    var started =
        new ModuleServer(pool, maxBody, patience, new RequestOrigin(hosts), bound(address));
    started.server.setExecutor(started.transfers);
    started.server.createContext("/", started::handle);
    started.server.start();
    return started;
  }

  /** The JDK's server, which leaves a socket open if it cannot be bound: that is tried before. */
  private static HttpServer bound(InetSocketAddress address) throws IOException {
    new ServerSocket(address.getPort(), 1, address.getAddress()).close();
    return HttpServer.create(address, 0);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  /** How many requests have been answered, however. */
  public long answered() {
    return responses.values().stream().mapToLong(AtomicLong::get).sum();
  }

  private void handle(HttpExchange exchange) {
    exchanges.register();
    CompletableFuture<Reply> reply;
    try {
      reply = reply(exchange);
    } catch (BadRequest e) {
      reply = CompletableFuture.completedFuture(Reply.error(e.status(), e.getMessage()));
    } catch (IOException e) {
      // The client went away, or was too slow, while it sent its request.
      exchange.close();
      exchanges.arriveAndDeregister();
      return;
    } catch (RuntimeException e) {
      reply = CompletableFuture.completedFuture(Reply.failed(e));
    }
    // Whatever happens there is an answer, or the client would wait for one.
    CompletableFuture<Reply> answer = reply.exceptionally(Reply::failed);
    if (answer.isDone()) {
      send(exchange, answer.join());
    } else {
      // Elsewhere than on the worker's thread: a slow reader must not keep a worker.
      answer.thenAcceptAsync(ready -> send(exchange, ready), transfers);
    }
  }

  private CompletableFuture<Reply> reply(HttpExchange exchange) throws IOException {
    Framing.check(exchange);
    origins.check(exchange.getRequestHeaders());
    String path = exchange.getRequestURI().getPath();
    if (PAGES.containsKey(path)) {
      return now(exchange, () -> Reply.resource(PAGES.get(path), type(PAGES.get(path))));
    }
    if (path.equals("/openapi.json")) {
      return now(exchange, () -> Reply.json(Reply.OK, OpenApi.of(pool.module())));
    }
    if (path.equals("/status")) {
      return now(exchange, this::status);
    }
    if (path.equals("/health")) {
      return now(exchange, this::health);
    }
    if (path.equals("/metrics")) {
      String secret = exchange.getRequestHeaders().getFirst(FrontLink.SECRET);
      return now(exchange, () -> metrics(secret));
    }
    if (path.startsWith(INVOKE)) {
      return invoke(exchange, path.substring(INVOKE.length()));
    }
    throw new BadRequest(
        Reply.NOT_FOUND,
        "there is no %s; there are /, /openapi.json, /status, /invoke/NAME, /health and /metrics"
            .formatted(path));
  }

  private static String type(String file) {
    String extension = file.substring(file.lastIndexOf('.') + 1);
    return "text/%s; charset=utf-8".formatted(extension.equals("js") ? "javascript" : extension);
  }

  private Reply status() {
    return Reply.json(Reply.OK, Status.of(pool.module(), pool.statistics(), failures));
  }

  private static CompletableFuture<Reply> now(HttpExchange exchange, Supplier<Reply> reply) {
    return CompletableFuture.completedFuture(
        List.of("GET", HEAD).contains(exchange.getRequestMethod())
            ? reply.get()
            : Reply.methodNotAllowed("GET, HEAD"));
  }

  private Reply health() {
    return Health.of(stopping, pool.statistics());
  }

  /** Of all servers, unless who asks is the one that adds them up. */
  private Reply metrics(String secret) {
    if (front.isEmpty() || front.get().knows(secret)) {
      return Reply.text(ownMetrics());
    }
    try {
      return Reply.text(front.get().metrics());
    } catch (IOException e) {
      return Reply.unavailable("the numbers of the other processes cannot be had");
    }
  }

  private String ownMetrics() {
    var counts = new HashMap<Integer, Long>();
    responses.forEach((status, count) -> counts.put(status, count.get()));
    return Metrics.of(pool.statistics(), counts);
  }

  private CompletableFuture<Reply> invoke(HttpExchange exchange, String export) throws IOException {
    if (!List.of("GET", "POST").contains(exchange.getRequestMethod())) {
      return CompletableFuture.completedFuture(Reply.methodNotAllowed("GET, POST"));
    }
    List<String> args = Arguments.of(exchange, maxBody);
    Call call;
    try {
      call = Call.parse(pool.module(), export, args);
    } catch (UsageException e) {
      boolean known = pool.module().exportedFunctions().containsKey(export);
      throw new BadRequest(known ? Reply.BAD_REQUEST : Reply.NOT_FOUND, e.getMessage());
    }
    if (!Reply.canTell(call.signature().results())) {
      throw new BadRequest(
          Reply.BAD_REQUEST,
          "%s returns what JSON has no form for: it is %s"
              .formatted(ShownNames.of(export), call.signature()));
    }
    CompletableFuture<Returned> returned;
    try {
      returned = pool.submit(call);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(Reply.unavailable(e.getMessage()));
    }
    // On the call's own future: a call that nobody waits for any more is taken out of the queue.
    return returned
        .orTimeout(TimeUnit.NANOSECONDS.convert(patience), TimeUnit.NANOSECONDS)
        .handle(
            (result, failure) -> failure == null ? Reply.returned(result) : failed(call, failure));
  }

  private Reply failed(Call call, Throwable failure) {
    failures.add(call.toString(), String.valueOf(failure.getMessage()));
    return Reply.failed(failure);
  }

  private void send(HttpExchange exchange, Reply reply) {
    try (exchange) {
      var headers = exchange.getResponseHeaders();
      headers.set("Content-Type", reply.type());
      headers.set("Cache-Control", "no-store");
      reply.headers().forEach(headers::set);
      responses.computeIfAbsent(reply.status(), status -> new AtomicLong()).incrementAndGet();
      if (exchange.getRequestMethod().equals(HEAD)) {
        headers.set("Content-Length", Integer.toString(reply.body().length));
        exchange.sendResponseHeaders(reply.status(), NO_BODY);
        return;
      }
      exchange.sendResponseHeaders(reply.status(), reply.body().length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(reply.body());
      }
    } catch (IOException e) {
      // The client has left without its answer, which nobody else wants.
      return;
    } finally {
      exchanges.arriveAndDeregister();
    }
  }

  /**
   * Stops: answers what has been accepted, as long as that takes no longer than a call may, refuses
   * everything else, and closes the pool.
   */
  @Override
  public void close() {
    stopping = true;
    pool.close(patience);
    try {
      exchanges.awaitAdvanceInterruptibly(
          exchanges.arrive(), LAST_RESPONSES.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException e) {
      // Clients that do not read their responses have had their time.
      return;
    } finally {
      server.stop(0);
      transfers.shutdownNow();
    }
  }
}
