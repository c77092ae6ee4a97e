package dev.wasmrun.shard;

import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunConfigBuilder;
import dev.wasmrun.run.RunFailure;
import dev.wasmrun.run.RunResult;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A module, how to run it and how the work is divided: all that another process needs to run any of
 * the shards. Immutable; any number of threads may use it.
 */
public final class ShardWork implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final byte[] bytes;
  private final ShardSettings settings;
  private final ShardPlan plan;

  /** Null until the first shard runs here. */
  private transient volatile GuestModule module;

  /**
   * Describes the work.
   *
   * @param name what messages and thread names call the module
   * @param bytes the module, kept
   * @param config how to run it; what of it connects a run with this process has no meaning here
   */
  public ShardWork(String name, byte[] bytes, RunConfig config, ShardPlan plan) {
    this.name = name;
    this.bytes = bytes;
    this.settings = ShardSettings.of(config);
    this.plan = plan;
  }

  /** What the module is called. */
  public String name() {
    return name;
  }

  /** How the work is divided. */
  public ShardPlan plan() {
    return plan;
  }

  /** How many threads each shard has. */
  public int threads() {
    return settings.threads() == null ? 1 : settings.threads();
  }

  /**
   * Runs one shard to its end, in this process.
   *
   * @param shard which, from 0
   * @return what came of it, a failure of the guest included
   * @throws InterruptedException if interrupted; no thread of the run is left then
   */
  public ShardResult run(int shard) throws InterruptedException {
    var output = new ShardOutput(threads());
    RunConfigBuilder config =
        settings.config(plan.args(shard)).listener(output).out(output.text()).err(System.err);
    try {
      RunResult result = ModuleRun.of(module(), config.build()).onEmit(output::emit).run();
      return new ShardResult(
          shard, output.text().toByteArray(), output.emitted(), result.notices(), failure(result));
    } catch (RuntimeException e) {
      return ShardResult.failed(shard, ShardFailure.of(e));
    } catch (OutOfMemoryError e) { // the results of a shard that should be several
      return ShardResult.failed(shard, ShardFailure.of(name, e));
    }
  }

  private static ShardFailure failure(RunResult result) {
    try {
      result.orThrow();
      return null;
    } catch (RunFailure e) {
      return ShardFailure.of(result.outcome(), e.getMessage());
    }
  }

  private GuestModule module() {
    GuestModule known = module;
    if (known == null) {
      synchronized (this) {
        known = module == null ? GuestModule.of(name, bytes) : module;
        module = known;
      }
    }
    return known;
  }

  /**
   * What tells this work from any other: a digest of the module, of its arguments and of what else
   * its results may depend on. Neither the engine nor the number of threads is part of it.
   */
  String identity() {
    List<Object> parts =
        List.of(
            plan.wholeArgs(),
            plan.args(0),
            plan.count(),
            String.valueOf(settings.invoke()),
            settings.environment());
    String text = parts.stream().map(part -> part + "\n").collect(Collectors.joining());
    return Digest.of(bytes, text.getBytes(StandardCharsets.UTF_8));
  }
}
