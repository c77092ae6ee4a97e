package dev.wasmrun.bench;

import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.run.RunFailure;
import dev.wasmrun.wasi.DirectoryGrant;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A module on this host, in this process, by the convention that it asks for: each run has new
 * threads, instances and memory. All of a run counts, by the clock.
 */
final class WholeRun implements Contender {
  private final GuestModule module;
  private final UserModulePlan plan;
  private final int threads;
  private final List<DirectoryGrant> directories;
  private final Duration limit;

  WholeRun(
      GuestModule module,
      UserModulePlan plan,
      int threads,
      List<DirectoryGrant> directories,
      Duration limit) {
    this.module = module;
    this.plan = plan;
    this.threads = threads;
    this.directories = directories;
    this.limit = limit;
  }

  @Override
  public String label() {
    return threads == 1 ? "wasm-run" : "wasm-run, %s threads".formatted(threads);
  }

  @Override
  public Turn run() throws IOException, InterruptedException {
    try {
      ModuleRun run = ModuleRun.of(module).threads(threads).timeout(limit);
      run.args(plan.args().stream().map(String::valueOf).toArray(String[]::new));
      plan.invoke().ifPresent(run::invoke);
      directories.forEach(grant -> run.directory(grant.host(), grant.guest()));
      long begin = System.nanoTime();
      run.run().orThrow();
      return new Turn(List.of(), Duration.ofNanos(System.nanoTime() - begin));
    } catch (RunFailure | UsageException | LinkException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    // Every run has ended its own threads.
  }
}
