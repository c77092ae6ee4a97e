package dev.wasmrun.shard;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs shards for this one:
 *
 * <pre>
 *   this process ──── the work, then the number of a shard each ───▶ ShardMain
 *                ◀─── a result for each ────────────────────────────
 * </pre>
 *
 * <p>It has our standard error. It ends when its input does, and so with us. Used by one thread,
 * but for {@link #close}.
 */
final class ShardProcess implements AutoCloseable {
  private static final long SECONDS_TO_END = 5;

  private final Process process;
  private final ShardWork work;

  // Null until the first shard.
  private ObjectOutputStream requests;
  private ObjectInputStream results;

  private ShardProcess(Process process, ShardWork work) {
    this.process = process;
    this.work = work;
  }

  /**
   * Starts a process.
   *
   * @param keepCode whether it keeps compiled code on disk
   */
  static ShardProcess start(ShardWork work, boolean keepCode) throws IOException {
    List<String> command =
        JavaCommand.of(ShardMain.class, keepCode ? List.of(ShardMain.KEEP_CODE) : List.of());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new ShardProcess(process, work);
  }

  /**
   * Has a shard run, while the current thread waits.
   *
   * @throws IOException if the process ends before there is a result
   */
  ShardResult run(int shard) throws IOException {
    if (requests == null) {
      requests = new ObjectOutputStream(process.getOutputStream());
      requests.writeObject(work);
    }
    requests.writeInt(shard);
    requests.flush();
    try {
      if (results == null) {
        results = new ObjectInputStream(new BufferedInputStream(process.getInputStream()));
      }
      return (ShardResult) results.readObject();
    } catch (ClassNotFoundException e) {
      throw new IOException("the process runs other code than this one", e);
    }
  }

  /** What it ended with; called when it has, or is about to. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
      close();
    }
    return process.waitFor();
  }

  /** Ends the process, whatever it does; any thread may call this. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
