package dev.wasmrun.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** A master and two workers of one processor each, in processes of their own on loopback. */
public final class SparkCluster implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  private final String url;
  private final Process master;
  private final List<Process> workers = new ArrayList<>();

  /** What the master and the workers have said. */
  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  /** Starts the cluster and waits until both workers are there. */
  public SparkCluster(SparkHome home) throws IOException {
    int port = freePort();
    url = "spark://%s:%s".formatted(LOOPBACK, port);
    master =
        home.program(
                "org.apache.spark.deploy.master.Master",
                List.of("--host", LOOPBACK, "--port", Integer.toString(port), "--webui-port", "0"))
            .start();
    BufferedReader said = reader(master);
    awaitLine(said, "I have been elected leader");
    for (int i = 0; i < 2; i++) {
      Path work = home.path().resolve("work-" + i);
      Process worker =
          home.program(
                  "org.apache.spark.deploy.worker.Worker",
                  List.of(
                      "--host",
                      LOOPBACK,
                      "--cores",
                      "1",
                      "--memory",
                      "1g",
                      "--webui-port",
                      "0",
                      "--work-dir",
                      work.toString(),
                      url))
              .start();
      workers.add(worker);
      drain(reader(worker));
    }
    awaitLine(said, "Registering worker");
    awaitLine(said, "Registering worker");
    drain(said);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      return socket.getLocalPort();
    }
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private void awaitLine(BufferedReader said, String part) throws IOException {
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      log.add(line);
      if (line.contains(part)) {
        return;
      }
    }
    close();
    throw new IOException("the cluster does not start:\n" + String.join("\n", log));
  }

  private void drain(BufferedReader said) {
    var thread =
        new Thread(
            () -> {
              try (said) {
                said.lines().forEach(log::add);
              } catch (IOException | RuntimeException e) {
                log.add(e.toString());
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** The master's address. */
  public String url() {
    return url;
  }

  /** Kills the executor of a worker, as the kernel would for want of memory. */
  void killExecutor(int worker) {
    List<ProcessHandle> executors = workers.get(worker).descendants().toList();
    if (executors.isEmpty()) {
      throw new IllegalStateException("the worker has no executor");
    }
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  /** Kills a worker and its executor, as if its machine had failed. */
  void killWorker(int worker) {
    List<ProcessHandle> all =
        Stream.concat(Stream.of(workers.get(worker).toHandle()), workers.get(worker).descendants())
            .toList();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    for (int i = 0; i < workers.size(); i++) {
      killWorker(i);
    }
    master.destroyForcibly();
  }
}
