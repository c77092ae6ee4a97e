package dev.wasmrun.spark;

import dev.wasmrun.guest.UsageException;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Split;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.shard.ShardFailure;
import dev.wasmrun.shard.ShardPlan;
import dev.wasmrun.shard.ShardResult;
import dev.wasmrun.shard.ShardWork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A run in shards on a cluster:
 *
 * <pre>{@code
 * byte[] module = GuestModule.bytesOf("happycoin.wasm");
 * List<ShardResult> results =
 *     SparkShards.of("happycoin.wasm", module).args("1000000000").shards(64).run(context);
 * }</pre>
 *
 * <p>Every method but {@link #run} returns the object itself. Used by one thread.
 */
public final class SparkShards {
  private final String name;
  private final byte[] module;
  private RunConfig config = RunConfig.DEFAULT;
  private List<String> args = List.of();
  private Optional<Split> split;
  private int shards = 1;

  private SparkShards(String name, byte[] module) {
    this.name = name;
    this.module = module.clone();
    this.split = Catalogue.split(name);
  }

  /**
   * A run of a module.
   *
   * @param name what messages call it; for a bundled module of that name it is known which
   *     arguments are the amount of work and where it begins
   */
  public static SparkShards of(String name, byte[] module) {
    return new SparkShards(name, module);
  }

  /** The arguments of the whole run, as on the command line. */
  public SparkShards args(String... arguments) {
    args = List.of(arguments);
    return this;
  }

  /**
   * Which arguments are the amount of work and where it begins.
   *
   * @param amount counted from 0
   * @param first counted from 0
   */
  public SparkShards range(int amount, int first) {
    split = Optional.of(Split.of(amount, first));
    return this;
  }

  /** How many shards; each should last for seconds. */
  public SparkShards shards(int count) {
    shards = count;
    return this;
  }

  /** How each shard is run: threads, limits and the engine; its arguments are not used. */
  public SparkShards config(RunConfig description) {
    config = description;
    return this;
  }

  /**
   * Runs all shards.
   *
   * @return their results in the order of one run
   * @throws WasmException if a shard's guest failed; it is told once, and the others are given up
   * @throws UsageException if the work cannot be divided so
   * @throws InterruptedException if interrupted; the shards are given up
   */
  public List<ShardResult> run(JavaSparkContext context) throws InterruptedException {
    List<ShardResult> results = Collections.synchronizedList(new ArrayList<>());
    run(context, results::add);
    results.sort((a, b) -> Integer.compare(a.shard(), b.shard()));
    return results;
  }

  /**
   * Runs all shards.
   *
   * @param told gets each result as it comes, one at a time
   * @throws WasmException as {@link #run(JavaSparkContext)}, and so on
   */
  public void run(JavaSparkContext context, Consumer<ShardResult> told)
      throws InterruptedException {
    Split known =
        split.orElseThrow(
            () ->
                new UsageException(
                    "which arguments of %s say how much work there is, and where it begins? range(AMOUNT, FIRST) names them"
                        .formatted(name)));
    var work = new ShardWork(name, module, config, new ShardPlan(known, args, shards));
    var failure = new ShardFailure[1];
    new SparkRunner(context.sc())
        .run(
            work,
            java.util.stream.IntStream.range(0, shards).boxed().toList(),
            result -> {
              result.failure().ifPresentOrElse(f -> failure[0] = f, () -> told.accept(result));
              return failure[0] == null;
            },
            notice -> {});
    if (failure[0] != null) {
      throw new WasmException(failure[0].text());
    }
  }
}
