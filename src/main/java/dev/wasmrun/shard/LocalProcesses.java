package dev.wasmrun.shard;

import dev.wasmrun.shard.ShardFailure.Kind;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Runs shards in processes of this machine, each of which runs one after the other. A shard whose
 * process dies is run again in another one, and given up when that has happened three times.
 */
public final class LocalProcesses implements ShardRunner {
  private static final int MOST_ATTEMPTS = 3;

  private final int processes;
  private final boolean keepCode;

  /**
   * Describes the place; no process is started yet.
   *
   * @param processes how many at a time, at least 1
   * @param keepCode whether they keep compiled code on disk, and take it from there
   */
  public LocalProcesses(int processes, boolean keepCode) {
    this.processes = processes;
    this.keepCode = keepCode;
  }

  @Override
  public void run(
      ShardWork work, List<Integer> shards, Predicate<ShardResult> told, Consumer<String> notices)
      throws InterruptedException {
    new Run(work, keepCode, shards, told, notices).run(Math.min(processes, shards.size()));
  }

  /** One call, whose fields are guarded by this but for those that never change. */
  private static final class Run {
    private final ShardWork work;
    private final boolean keepCode;
    private final Predicate<ShardResult> told;
    private final Consumer<String> notices;

    private final Deque<Integer> open;
    private final Map<Integer, Integer> attempts = new HashMap<>();
    private final List<ShardProcess> running = new ArrayList<>();
    private boolean wanted = true;
    private boolean ending;
    private RuntimeException failure;

    Run(
        ShardWork work,
        boolean keepCode,
        List<Integer> shards,
        Predicate<ShardResult> told,
        Consumer<String> notices) {
      this.work = work;
      this.keepCode = keepCode;
      this.open = new ArrayDeque<>(shards);
      this.told = told;
      this.notices = notices;
    }

    void run(int count) throws InterruptedException {
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < count; i++) {
        var thread = new Thread(this::serve, work.name() + "#process-" + i);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
      }
      var hook = new Thread(this::end, "end-processes");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        for (Thread thread : threads) {
          thread.join();
        }
      } finally {
        giveUp();
        unhook(hook);
      }
      synchronized (this) {
        if (failure != null) {
          throw failure;
        }
        if (ending) {
          throw new InterruptedException("this process ends");
        }
      }
    }

    private static void unhook(Thread hook) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process ends: the hook runs, or has run.
        return;
      }
    }

    /** The life of the thread that has one process after the other. */
    private void serve() {
      ShardProcess process = null;
      try {
        Integer shard = next();
        while (shard != null) {
          if (process == null) {
            process = start();
          }
          if (!runIn(process, shard)) {
            process = null;
          }
          shard = next();
        }
      } catch (RuntimeException e) {
        fail(e);
      } catch (OutOfMemoryError e) { // or a shard would be missing without a word
        fail(new ShardException("no memory for the results of shards: " + e.getMessage(), e));
      } catch (InterruptedException e) {
        giveUp(); // nobody has this thread to interrupt it
      } finally {
        if (process != null) {
          process.close();
        }
      }
    }

    /** Whether the process lives on. */
    private boolean runIn(ShardProcess process, int shard) throws InterruptedException {
      try {
        tell(process.run(shard));
        return true;
      } catch (IOException e) {
        try (process) {
          died(shard, process.exitCode());
        }
        return false;
      }
    }

    private synchronized Integer next() {
      return wanted ? open.poll() : null;
    }

    private ShardProcess start() {
      try {
        ShardProcess process = ShardProcess.start(work, keepCode);
        synchronized (this) {
          running.add(process);
          if (!wanted) {
            process.close();
          }
        }
        return process;
      } catch (IOException e) {
        throw new ShardException("cannot start a process: " + e.getMessage(), e);
      }
    }

    private synchronized void tell(ShardResult result) {
      if (wanted && !told.test(result)) {
        giveUp();
      }
    }

    private synchronized void died(int shard, int exitCode) {
      if (!wanted) {
        return;
      }
      int times = attempts.merge(shard, 1, Integer::sum);
      var which = new Shard(shard, work.plan().count());
      if (times < MOST_ATTEMPTS) {
        open.addFirst(shard);
        notices.accept(
            "the process of shard %s ended with exit code %s; the shard is run again"
                .formatted(which, exitCode));
      } else {
        tell(
            ShardResult.failed(
                shard,
                new ShardFailure(
                    Kind.FAILED,
                    0,
                    "%s ended its process %s times, the last time with exit code %s"
                        .formatted(work.name(), times, exitCode))));
      }
    }

    private synchronized void fail(RuntimeException e) {
      if (failure == null) {
        failure = e;
      }
      giveUp();
    }

    private synchronized void end() {
      ending = true;
      giveUp();
    }

    private synchronized void giveUp() {
      wanted = false;
      running.forEach(ShardProcess::close);
    }
  }
}
