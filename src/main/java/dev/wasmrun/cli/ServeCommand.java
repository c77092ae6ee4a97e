package dev.wasmrun.cli;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.pool.MemorySharing;
import dev.wasmrun.pool.Overflow;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.Strategy;
import dev.wasmrun.pool.WorkerPool;
import dev.wasmrun.serve.FrontLink;
import dev.wasmrun.serve.ModuleServer;
import dev.wasmrun.serve.ServerProcesses;
import dev.wasmrun.shard.JavaCommand;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** {@code wasm-run serve MODULE}: the exports of a module as HTTP endpoints. */
final class ServeCommand extends Command {
  private static final int LARGEST_PORT = 65535;

  private final Console console;
  private final ModuleArgument module;
  private final Setting<Integer> port;
  private final Setting<String> host;
  private final Setting<List<String>> allowedHosts;
  private final Setting<Integer> workers;
  private final Setting<Integer> processes;
  private final Setting<Integer> queue;
  private final Setting<Strategy> strategy;
  private final Setting<Duration> timeout;
  private final Setting<Integer> maxReplaced;
  private final Setting<Long> maxBody;
  private final Setting<Long> maxMemory;
  private final Setting<TableLimit> maxTable;
  private final Setting<Boolean> privateMemory;
  private final Setting<Boolean> shareMemory;
  private final Setting<Boolean> freshInstances;
  private final Setting<Engine> engine;
  private final Setting<Boolean> noCache;

  ServeCommand(Console console) {
    super(
        "wasm-run serve",
        "Answers HTTP requests by calling the exports of a module on a pool of workers:",
        "",
        "  GET  /invoke/NAME?args=2,3             200 {\"results\":[5]}",
        "  POST /invoke/NAME {\"args\":[2,3]}       the same",
        "  GET  /                                 a page to call them from",
        "  GET  /openapi.json, /status, /health, /metrics",
        "");
    spec().usageMessage().sortOptions(false).optionListHeading("%n");
    this.console = console;
    module = new ModuleArgument(spec());
    port =
        Setting.option(
            spec(),
            Integer.class,
            Setting.option(
                    "--port",
                    "Where to listen, 0 for any that is free (default: ${DEFAULT-VALUE}).")
                .paramLabel("PORT")
                .defaultValue("8080"));
    host =
        Setting.option(
            spec(),
            String.class,
            Setting.option(
                    "--host",
                    "Whom to listen to; 0.0.0.0 for all (default: ${DEFAULT-VALUE}, this machine).")
                .paramLabel("HOST")
                .defaultValue("127.0.0.1"));
    allowedHosts =
        Setting.list(
            spec(),
            String.class,
            Setting.option(
                    "--allow-host",
                    "A name by which clients may call this server, beside localhost, --host",
                    "and addresses. Repeatable.")
                .paramLabel("NAME"));
    workers =
        Setting.option(
            spec(),
            Integer.class,
            Setting.option("--workers", "Calls at a time (default: the number of processors).")
                .paramLabel("N"));
    processes =
        Setting.option(
            spec(),
            Integer.class,
            Setting.option(
                    "--processes",
                    "Serve in so many processes behind the one port, with --workers each",
                    "(default: in this one).")
                .paramLabel("N"));
    queue =
        Setting.option(
            spec(),
            Integer.class,
            Setting.option(
                    "--queue", "Calls that may wait for a worker (default: ${DEFAULT-VALUE}).")
                .paramLabel("N")
                .defaultValue("64"));
    strategy =
        Setting.choice(
            spec(),
            Strategy.values(),
            Setting.option(
                    "--strategy", "round-robin, random or least-busy (default: ${DEFAULT-VALUE}).")
                .paramLabel("NAME")
                .defaultValue(PoolConfig.builder().build().strategy().toString()));
    timeout =
        Quantities.time(
            spec(),
            Setting.option("--timeout", "How long a call may run (default: ${DEFAULT-VALUE}).")
                .defaultValue("10s"));
    maxReplaced =
        Setting.option(
            spec(),
            Integer.class,
            Setting.option(
                    "--max-replaced",
                    "Workers replaced at a time because their calls do not end",
                    "(default: ${DEFAULT-VALUE}).")
                .paramLabel("N")
                .defaultValue(Integer.toString(PoolConfig.builder().build().maxReplaced())));
    maxBody =
        Quantities.size(
            spec(),
            Setting.option(
                    "--max-body", "The longest body of a request (default: ${DEFAULT-VALUE}).")
                .defaultValue("64KiB"));
    maxMemory = Launch.maxMemory(spec());
    maxTable = Launch.maxTable(spec());
    privateMemory =
        Setting.flag(
            spec(),
            "--private-memory",
            "Each worker has its own memory, even if the module would share it.");
    shareMemory =
        Setting.flag(
            spec(),
            "--share-memory",
            "All workers have one memory, even if the module defines its own.");
    freshInstances =
        Setting.flag(
            spec(),
            "--fresh-instances",
            "Each call gets an instance of its own, with nothing of an earlier call in it.");
    engine = Launch.engine(spec());
    noCache = Launch.noCache(spec());
    addHelp();
  }

  @Override
  public Integer call() throws InterruptedException {
    InetSocketAddress address = address();
    PoolConfig config = config();
    Optional<FrontLink> front = FrontLink.ofThisProcess();
    if (front.isPresent()) {
      address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    } else if (processes.present()) {
      return serveInProcesses(address);
    }
    return serveHere(address, config, front);
  }

  private int serveInProcesses(InetSocketAddress address) throws InterruptedException {
    if (processes.get() < 1 || processes.get() > ServerProcesses.MOST) {
      throw usage(
          "--processes is from 1 to %s, got %s".formatted(ServerProcesses.MOST, processes.get()));
    }
    String name = module.load().name(); // and what is wrong with it is told once
    ServerProcesses all;
    try {
      all =
          ServerProcesses.start(
              address, processes.get(), JavaCommand.of(Main.class, arguments()), console::say);
    } catch (IOException e) {
      return cannotListen(e);
    }
    var stopped = new CountDownLatch(1);
    var hook =
        new Thread(
            () -> {
              all.close();
              console.say("stopped; %s requests were answered".formatted(all.answered()));
              stopped.countDown();
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    if (all.awaitServing()) {
      sayServing(name, all.address(), processes.get() + " processes");
      all.awaitEnd();
    }
    unhook(hook, stopped);
    return ExitCode.CANNOT_RUN.code();
  }

  private List<String> arguments() {
    var arguments = new ArrayList<>(List.of("serve"));
    arguments.addAll(spec().commandLine().getParseResult().originalArgs());
    return arguments;
  }

  private static void unhook(Thread hook, CountDownLatch stopped) throws InterruptedException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      stopped.await(); // the process ends, and the hook says so
    }
  }

  private int cannotListen(IOException e) {
    console.say(
        "cannot listen to %s:%s: %s; try another --port"
            .formatted(host.get(), port.get(), e.getMessage()));
    return ExitCode.CANNOT_RUN.code();
  }

  private int serveHere(InetSocketAddress address, PoolConfig config, Optional<FrontLink> front)
      throws InterruptedException {
    if (!noCache.get()) {
      Engine.keepCodeOnDisk(console::say);
    }
    var pool = WorkerPool.open(module.load(), config);
    ModuleServer server;
    try {
      // Queued and running: a call that waits longer than one may run is not answered in time.
      server =
          ModuleServer.start(
              pool, address, maxBody.get().intValue(), timeout.get().multipliedBy(2), names());
    } catch (IOException e) {
      pool.abort();
      return cannotListen(e);
    }
    return serve(server, pool, front);
  }

  /** What the server is called: as the user has it listen, and whatever else he allows. */
  private Set<String> names() {
    var names = new HashSet<>(allowedHosts.get());
    names.add(host.get());
    return names;
  }

  private int serve(ModuleServer server, WorkerPool pool, Optional<FrontLink> front) {
    var stopped = new CountDownLatch(1);
    var hook = new Thread(() -> stop(server, front, stopped), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      if (front.isPresent()) {
        front.get().started(server.address().getPort());
        while (System.in.read() >= 0) {
          continue; // who has started this process says nothing, and ends it by its own end
        }
      } else {
        sayServing(
            pool.module().name(), server.address(), pool.statistics().workers() + " workers");
        stopped.await();
      }
    } catch (InterruptedException | IOException e) {
      Runtime.getRuntime().removeShutdownHook(hook);
      stop(server, front, stopped);
    }
    return ExitCode.INTERRUPTED.code();
  }

  private void sayServing(String name, InetSocketAddress at, String who) {
    InetAddress address = at.getAddress();
    console.say(
        "serving %s at http://%s:%s/ with %s%s; Ctrl-C stops it"
            .formatted(
                name,
                hostInUrl(address),
                at.getPort(),
                who,
                address.isLoopbackAddress() ? "" : ", to whoever reaches this machine"));
  }

  /**
   * As a browser takes it: an address that stands for all of this machine's is no place to go to.
   */
  static String hostInUrl(InetAddress address) {
    if (address.isAnyLocalAddress()) {
      return "localhost";
    }
    String text = address.getHostAddress();
    // Without the zone, which is a matter of this machine.
    return address instanceof Inet6Address ? "[" + text.replaceFirst("%.*", "") + "]" : text;
  }

  /** Answers what has been accepted, and says so, or tells who has started this process. */
  private void stop(ModuleServer server, Optional<FrontLink> front, CountDownLatch stopped) {
    server.close();
    if (front.isPresent()) {
      try {
        front.get().stopped(server.answered());
      } catch (IOException e) {
        stopped.countDown(); // it is gone
      }
    } else {
      console.say("stopped; %s requests were answered".formatted(server.answered()));
    }
    stopped.countDown();
  }

  private InetSocketAddress address() {
    if (port.get() < 0 || port.get() > LARGEST_PORT) {
      throw usage("--port %s is no port; it is from 0 to %s".formatted(port.get(), LARGEST_PORT));
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host.get()), port.get());
    } catch (UnknownHostException e) {
      throw usage("--host %s is not known here".formatted(host.get()));
    }
  }

  private PoolConfig config() {
    if (maxBody.get() > Integer.MAX_VALUE - 1) {
      throw usage("--max-body %s is above 2 GiB".formatted(maxBody.get()));
    }
    var builder =
        PoolConfig.builder()
            .queue(queue.get(), Overflow.REJECT)
            .strategy(strategy.get())
            .taskTimeout(timeout.get())
            .maxReplaced(maxReplaced.get())
            .freshInstances(freshInstances.get())
            .engine(engine.get())
            .listener(new Log());
    workers.ifPresent(count -> builder.workers(count, count));
    maxMemory.ifPresent(bytes -> builder.memoryLimit(new MemoryLimit(bytes)));
    maxTable.ifPresent(builder::tableLimit);
    if (privateMemory.get() && shareMemory.get()) {
      throw usage("--private-memory and --share-memory: the workers have one memory, or one each");
    }
    if (privateMemory.get()) {
      builder.sharing(MemorySharing.PRIVATE);
    } else if (shareMemory.get()) {
      builder.sharing(MemorySharing.SHARED);
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
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
