package dev.wasmrun.cli;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.pool.PoolConfig;
import dev.wasmrun.pool.TaskTimeout;
import dev.wasmrun.pool.WorkerPool;
import dev.wasmrun.serve.ModuleServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * The program of a process that is given bombs: it does with each what can be done with a module,
 * and prints a line for each attempt: the bomb, what was done, how that ended, the milliseconds.
 */
final class BombSquad {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final int MAX_BODY = 1000;

  private final Path directory;

  private BombSquad(Path directory) {
    this.directory = directory;
  }

  /** Takes the directory for the modules, and the bombs by name. */
  public static void main(String[] args) throws Exception {
    var squad = new BombSquad(Path.of(args[0]));
    for (int i = 1; i < args.length; i++) {
      squad.defuse(Bomb.valueOf(args[i]));
    }
    System.exit(0); // whatever is left behind
  }

  /** An attempt; what it returns is how it ended. */
  private interface Attempt {
    String make() throws Exception;
  }

  private void defuse(Bomb bomb) throws Exception {
    Path file = directory.resolve(bomb.name() + ".wasm");
    Files.write(file, bomb.module());
    attempt(bomb, "inspect", () -> command("inspect", file.toString()));
    for (Engine engine : Engine.values()) {
      attempt(
          bomb,
          "run " + engine,
          () ->
              command(
                  file.toString(),
                  "--no-cache",
                  "--quiet",
                  "--engine",
                  engine.toString(),
                  "--timeout",
                  LIMIT.toSeconds() + "s"));
      attempt(bomb, "pool " + engine, () -> pool(file, engine));
    }
    attempt(bomb, "serve", () -> serve(file));
    Files.delete(file);
  }

  private static void attempt(Bomb bomb, String what, Attempt attempt) {
    long start = System.nanoTime();
    String ended;
    try {
      ended = attempt.make();
    } catch (Throwable e) {
      ended = "THROWN " + e.toString().lines().findFirst().orElse("");
    }
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    System.out.println(String.join("\t", bomb.name(), what, Long.toString(millis), ended));
  }

  private static String command(String... args) {
    Ended ended = Ended.run(args);
    return "%s %s".formatted(ended.code(), String.join(" \\ ", ended.errLines()));
  }

  private static PoolConfig config(Engine engine) {
    return PoolConfig.fixed(1).engine(engine).taskTimeout(LIMIT).build();
  }

  private static String pool(Path file, Engine engine) {
    try (var pool = WorkerPool.open(GuestModule.load(file), config(engine))) {
      return "0 " + pool.submit("_start").join();
    } catch (ModuleException | LinkException | UsageException e) {
      return "1 " + e.getMessage();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof GuestFailure
          || cause instanceof TaskTimeout
          || cause instanceof LinkException) {
        return "1 " + cause.getMessage();
      }
      throw e;
    }
  }

  private static String serve(Path file) throws Exception {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var server =
        ModuleServer.start(
            WorkerPool.open(GuestModule.load(file), config(Engine.COMPILER)),
            address,
            MAX_BODY,
            LIMIT.multipliedBy(2),
            Set.of())) {
      var request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + server.address().getPort() + "/invoke/_start"))
              .build();
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body().strip();
    } catch (ModuleException | LinkException e) {
      return "1 " + e.getMessage();
    }
  }
}
