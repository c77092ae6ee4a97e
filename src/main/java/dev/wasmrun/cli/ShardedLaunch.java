package dev.wasmrun.cli;

import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.shard.LocalProcesses;
import dev.wasmrun.shard.MergedOutput;
import dev.wasmrun.shard.Shard;
import dev.wasmrun.shard.ShardException;
import dev.wasmrun.shard.ShardFailure;
import dev.wasmrun.shard.ShardResult;
import dev.wasmrun.shard.ShardRunner;
import dev.wasmrun.shard.ShardStore;
import dev.wasmrun.shard.ShardWork;
import dev.wasmrun.shard.ShardedRun;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A run in shards, from the command line. */
final class ShardedLaunch {
  private final Console console;
  private final ShardOptions options;
  private final boolean quiet;
  private final ShardWork work;
  private final boolean keepCode;

  /**
   * Describes a run.
   *
   * @param count how many shards
   * @throws dev.wasmrun.guest.UsageException if the work cannot be divided so
   */
  ShardedLaunch(
      Console console,
      Launch launch,
      ShardOptions options,
      boolean quiet,
      GuestModule module,
      int count) {
    this.console = console;
    this.options = options;
    this.quiet = quiet;
    this.keepCode = launch.keepsCode();
    this.work =
        new ShardWork(
            module.name(),
            launch.moduleBytes(),
            launch.config().build(),
            options.plan(module.name(), launch.guestArgs(), count));
  }

  /** Runs all shards; returns the exit code. */
  int runAll() {
    return run(
        options
            .place()
            .master()
            .map(SparkSubmit::runner)
            .orElseGet(() -> new LocalProcesses(options.processes(work.threads()), keepCode)));
  }

  private int run(ShardRunner runner) {
    var progress = new ShardProgress(console, quiet, work.name(), work.plan().count());
    var merged = new MergedOutput(options.totalWord(), bytes -> write(progress, bytes));
    var run = new ShardedRun(work, store(), new Told(progress, merged));
    var hook = new Thread(() -> interrupted(progress), "interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    Optional<ShardResult> failed;
    try {
      failed = run.run(runner);
    } catch (GuestExit e) {
      return e.code(); // nobody reads on
    } catch (InterruptedException e) {
      return ExitCode.INTERRUPTED.code(); // what ends the process has said so
    } catch (ShardException e) {
      if (!unhooked(hook)) {
        return ExitCode.INTERRUPTED.code(); // so it has; Spark ends, too, and would be blamed
      }
      throw e;
    } finally {
      unhooked(hook);
      progress.end();
    }
    if (failed.isPresent()) {
      return tell(failed.get());
    }
    merged.end();
    return ExitCode.OK.code();
  }

  /** Whether this process goes on, without the hook; if not, that runs, or has run. */
  private static boolean unhooked(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /**
   * Prints one shard, which is run unless it has been kept, and kept.
   *
   * @return the exit code
   */
  int runAlone(Shard shard) throws InterruptedException {
    ShardStore store = store().orElseThrow();
    if (!store.has(shard.index())) {
      ShardResult result = work.run(shard.index());
      result.notices().forEach(this::say);
      if (result.failure().isPresent()) {
        return tell(result);
      }
      store.keep(result);
    }
    console.out().writeBytes(store.output(shard.index()));
    console.out().flush();
    return ExitCode.OK.code();
  }

  private Optional<ShardStore> store() {
    return options.resume().map(directory -> new ShardStore(directory, work));
  }

  private void say(String notice) {
    if (!quiet) {
      console.say(notice);
    }
  }

  private void write(ShardProgress progress, byte[] bytes) {
    progress.aside(() -> console.out().write(bytes, 0, bytes.length));
    if (console.out().checkError()) { // flushes
      throw new GuestExit(ExitCode.OUTPUT_CLOSED.code());
    }
  }

  private void interrupted(ShardProgress progress) {
    console.say(
        "interrupted with %s of %s shards done%s"
            .formatted(
                progress.end(),
                work.plan().count(),
                options
                    .resume()
                    .map(directory -> "; the same command goes on from there")
                    .orElse("; with --resume DIR they would be kept")));
  }

  /** Says how a shard failed, and gives the exit code. */
  private int tell(ShardResult result) {
    ShardFailure failure = result.failure().orElseThrow();
    List<String> lines = failure.text().lines().toList();
    String first =
        "shard %s: %s".formatted(new Shard(result.shard(), work.plan().count()), lines.get(0));
    console.say(console.painted(Paint.FAILURE, first));
    String rest = lines.stream().skip(1).map(line -> line + "\n").collect(Collectors.joining());
    console.err().print(rest);
    console.err().flush();
    return switch (failure.kind()) {
      case EXITED -> failure.exitCode();
      case TRAPPED -> ExitCode.TRAPPED.code();
      case TIMED_OUT -> ExitCode.TIMED_OUT.code();
      case DEADLOCKED -> ExitCode.DEADLOCK.code();
      case INTERRUPTED -> ExitCode.INTERRUPTED.code();
      case REFUSED -> ExitCode.USAGE.code();
      case FAILED -> ExitCode.CANNOT_RUN.code();
    };
  }

  /** Prints results in their order, and says each notice once. */
  private final class Told implements ShardedRun.Listener {
    private final ShardProgress progress;
    private final MergedOutput merged;
    private final Set<String> said = new HashSet<>();

    Told(ShardProgress progress, MergedOutput merged) {
      this.progress = progress;
      this.merged = merged;
    }

    @Override
    public void output(int shard, byte[] output) {
      merged.add("shard " + new Shard(shard, work.plan().count()), output);
    }

    @Override
    public void done(int shards) {
      progress.done(shards);
    }

    @Override
    public void noticed(String message) {
      if (said.add(message)) {
        progress.aside(() -> say(message));
      }
    }
  }
}
