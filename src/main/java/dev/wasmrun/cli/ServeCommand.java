package dev.wasmrun.cli;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.pool.MemorySharing;
import dev.wasmrun.pool.Overflow;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.Strategy;
import dev.wasmrun.pool.WorkerPool;
import dev.wasmrun.serve.ModuleServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code wasm-run serve MODULE}: the exports of a module as HTTP endpoints. */
@Command(
    name = "wasm-run serve",
    sortOptions = false,
    description = {
      "Answers HTTP requests by calling the exports of a module on a pool of workers:",
      "",
      "  GET  /invoke/NAME?args=2,3             200 {\"results\":[5]}",
      "  POST /invoke/NAME {\"args\":[2,3]}       the same",
      "  GET  /health, GET /metrics",
      ""
    },
    optionListHeading = "%n")
final class ServeCommand implements Callable<Integer> {
  private static final int LARGEST_PORT = 65535;

  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODULE", description = "A file, or a bundled module.")
  private String module;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where to listen, 0 for any that is free (default: ${DEFAULT-VALUE}).",
      defaultValue = "8080")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Whom to listen to; 0.0.0.0 for all (default: ${DEFAULT-VALUE}, this machine).",
      defaultValue = "127.0.0.1")
  private String host;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Calls at a time (default: the number of processors).")
  private Integer workers;

  @Option(
      names = "--queue",
      paramLabel = "N",
      description = "Calls that may wait for a worker (default: ${DEFAULT-VALUE}).",
      defaultValue = "64")
  private int queue;

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      description = "round-robin, random or least-busy (default: ${DEFAULT-VALUE}).",
      defaultValue = "least-busy")
  private Strategy strategy;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long a call may run (default: ${DEFAULT-VALUE}).",
      defaultValue = "10s",
      converter = Quantities.DurationConverter.class)
  private Duration timeout;

  @Option(
      names = "--max-body",
      paramLabel = "SIZE",
      description = "The longest body of a request (default: ${DEFAULT-VALUE}).",
      defaultValue = "64KiB",
      converter = Quantities.BytesConverter.class)
  private long maxBody;

  @Option(
      names = "--max-memory",
      paramLabel = "SIZE",
      description = "The most linear memory allowed, for example 64MiB.",
      converter = Quantities.BytesConverter.class)
  private Long maxMemory;

  @Option(
      names = "--private-memory",
      description = "Each worker has its own memory, even if the module would share it.")
  private boolean privateMemory;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "compiler or interpreter (default: ${DEFAULT-VALUE}).",
      defaultValue = "compiler")
  private Engine engine;

  @Option(
      names = "--no-cache",
      description = "Neither keep compiled code on disk nor take it from there.")
  private boolean noCache;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  ServeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    InetSocketAddress address = address();
    PoolConfig config = config();
    if (!noCache) {
      Engine.keepCodeOnDisk(console::say);
    }
    var pool = WorkerPool.open(GuestModule.load(module), config);
    ModuleServer server;
    try {
      // Queued and running: a call that waits longer than one may run is not answered in time.
      server = ModuleServer.start(pool, address, (int) maxBody, timeout.multipliedBy(2));
    } catch (IOException e) {
      pool.abort();
      console.say(
          "cannot listen to %s:%d: %s; try another --port".formatted(host, port, e.getMessage()));
      return ExitCode.CANNOT_RUN.code();
    }
    return serve(server, pool);
  }

  private int serve(ModuleServer server, WorkerPool pool) {
    var stopped = new CountDownLatch(1);
    var hook = new Thread(() -> stop(server, stopped), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    console.say(
        "serving %s at http://%s:%d/invoke/ with %d workers; Ctrl-C stops it"
            .formatted(
                pool.module().name(),
                server.address().getAddress().getHostAddress(),
                server.address().getPort(),
                pool.statistics().workers()));
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Runtime.getRuntime().removeShutdownHook(hook);
      stop(server, stopped);
    }
    return ExitCode.INTERRUPTED.code();
  }

  /** Answers what has been accepted, and says so. */
  private void stop(ModuleServer server, CountDownLatch stopped) {
    server.close();
    console.say("stopped; %d requests were answered".formatted(server.answered()));
    stopped.countDown();
  }

  private InetSocketAddress address() {
    if (port < 0 || port > LARGEST_PORT) {
      throw usage("--port %d is no port; it is from 0 to %d".formatted(port, LARGEST_PORT));
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (UnknownHostException e) {
      throw usage("--host %s is not known here".formatted(host));
    }
  }

  private PoolConfig config() {
    if (maxBody > Integer.MAX_VALUE - 1) {
      throw usage("--max-body %d is above 2 GiB".formatted(maxBody));
    }
    int threads = workers == null ? Runtime.getRuntime().availableProcessors() : workers;
    var builder =
        PoolConfig.fixed(threads)
            .queue(queue, Overflow.REJECT)
            .strategy(strategy)
            .taskTimeout(timeout)
            .engine(engine)
            .listener(new Log());
    if (maxMemory != null) {
      builder.memoryLimit(new MemoryLimit(maxMemory));
    }
    if (privateMemory) {
      builder.sharing(MemorySharing.PRIVATE);
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** What guests print and emit goes to standard output, the rest to standard error. */
  private final class Log implements RunListener {
    @Override
    public void emitted(long value) {
      printed(Long.toUnsignedString(value) + "\n");
    }

    @Override
    public void printed(String text) {
      synchronized (console) {
        console.out().print(text);
        console.out().flush();
      }
    }

    @Override
    public void noticed(String message) {
      synchronized (console) {
        console.say(message);
      }
    }
  }
}
