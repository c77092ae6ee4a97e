package dev.wasmrun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What runs hold of the system at one moment, as Linux tells: the files behind linear memories,
 * other open files and directories, sockets and threads.
 */
public record OpenResources(
    List<String> memories, List<String> files, List<String> sockets, List<Thread> threads) {
  /** Only a thread that does not end takes so long. */
  private static final long MILLIS_TO_END = 10_000;

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** Whether the system tells. */
  public static boolean areKnown() {
    return Files.isDirectory(DESCRIPTORS);
  }

  /**
   * What there is now.
   *
   * @param directory where the open files are that count
   * @param threadPrefix how the names of the threads begin that count
   */
  public static OpenResources now(Path directory, String threadPrefix) {
    var memories = new ArrayList<String>();
    var files = new ArrayList<String>();
    var sockets = new ArrayList<String>();
    for (String target : targets()) {
      if (target.contains("wasm-run-") && target.contains(".memory")) {
        memories.add(target);
      } else if (target.startsWith(directory.toString())) {
        files.add(target);
      } else if (target.startsWith("socket:")) {
        sockets.add(target);
      }
    }
    List<Thread> threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith(threadPrefix))
            .toList();
    return new OpenResources(memories, files, sockets, threads);
  }

  private static List<String> targets() {
    var targets = new ArrayList<String>();
    try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
      for (Path descriptor : descriptors.toList()) {
        try {
          targets.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException e) {
          continue; // closed meanwhile, such as the one that lists these
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return targets;
  }

  /** Fails if there is now anything that was not there then. */
  public void assertBack(Path directory, String threadPrefix) {
    OpenResources now = now(directory, threadPrefix);
    assertEquals(List.of(), added(memories, now.memories), "memories");
    assertEquals(List.of(), added(files, now.files), "files");
    awaitSockets(directory, threadPrefix);
    now.threads.stream().filter(thread -> !threads.contains(thread)).forEach(this::join);
  }

  /** A server that has stopped has a thread left, which closes its sockets. */
  private void awaitSockets(Path directory, String threadPrefix) {
    long begin = System.nanoTime();
    List<String> more = added(sockets, now(directory, threadPrefix).sockets);
    while (!more.isEmpty() && System.nanoTime() - begin < MILLIS_TO_END * 1_000_000) {
      Thread.onSpinWait();
      more = added(sockets, now(directory, threadPrefix).sockets);
    }
    assertEquals(List.of(), more, "sockets");
  }

  /** A run is over when its threads have nothing left to do, just before they end. */
  private void join(Thread thread) {
    try {
      thread.join(MILLIS_TO_END);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (thread.isAlive()) {
      fail("has not ended: " + thread.getName());
    }
  }

  private static List<String> added(List<String> before, List<String> now) {
    var added = new ArrayList<>(now);
    before.forEach(added::remove);
    return added;
  }
}
