package dev.wasmrun.spark;

import dev.wasmrun.shard.ShardException;
import dev.wasmrun.shard.ShardResult;
import dev.wasmrun.shard.ShardRunner;
import dev.wasmrun.shard.ShardWork;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.concurrent.ExecutionContext;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/**
 * Runs shards as the tasks of one job, a shard each. A task whose executor is lost is run again by
 * Spark; a guest that fails is a result like another, which no task is run again for.
 */
public final class SparkRunner implements ShardRunner {
  private final Optional<SparkContext> given;

  /** Runs on a context of its own, as {@code spark-submit} has described it. */
  public SparkRunner() {
    given = Optional.empty();
  }

  SparkRunner(SparkContext context) {
    given = Optional.of(context);
  }

  @Override
  public void run(
      ShardWork work, List<Integer> shards, Predicate<ShardResult> told, Consumer<String> notices)
      throws InterruptedException {
    if (given.isPresent()) {
      run(given.get(), work, shards, told);
      return;
    }
    SparkContext context = start();
    // Its tasks fail when the process ends, which nobody needs to be told.
    var quiet = new Thread(() -> context.setLogLevel("OFF"), "quiet");
    Runtime.getRuntime().addShutdownHook(quiet);
    try {
      run(context, work, shards, told);
    } finally {
      context.stop();
    }
  }

  private static SparkContext start() {
    try {
      return new SparkContext(new SparkConf());
    } catch (RuntimeException e) {
      throw new ShardException("cannot begin on Spark: " + firstLine(e), e);
    }
  }

  private static void run(
      SparkContext context, ShardWork work, List<Integer> shards, Predicate<ShardResult> told)
      throws InterruptedException {
    var results = new LinkedBlockingQueue<Optional<ShardResult>>(); // an empty one at the end
    SimpleFutureAction<BoxedUnit> job = submit(context, work, shards, results);
    job.onComplete(
        new AbstractFunction1<Try<BoxedUnit>, Object>() {
          @Override
          public Object apply(Try<BoxedUnit> end) {
            return results.add(Optional.empty());
          }
        },
        ExecutionContext.parasitic$.MODULE$);
    boolean wanted = true;
    try {
      for (var next = results.take(); next.isPresent(); next = results.take()) {
        if (wanted && !told.test(next.get())) {
          wanted = false;
          job.cancel();
        }
      }
    } finally {
      job.cancel(); // of no effect when it has ended
    }
    Try<BoxedUnit> end = job.value().get();
    if (wanted && end.isFailure()) {
      Throwable failure = end.failed().get();
      throw new ShardException("Spark gave up the shards: " + firstLine(failure), failure);
    }
  }

  private static SimpleFutureAction<BoxedUnit> submit(
      SparkContext context,
      ShardWork work,
      List<Integer> shards,
      LinkedBlockingQueue<Optional<ShardResult>> results) {
    RDD<Integer> numbers =
        JavaSparkContext.fromSparkContext(context).parallelize(shards, shards.size()).rdd();
    var task = new ShardTask(context.broadcast(work, ClassTag$.MODULE$.apply(ShardWork.class)));
    List<Object> partitions = IntStream.range(0, shards.size()).<Object>mapToObj(i -> i).toList();
    return context.submitJob(
        numbers,
        task,
        CollectionConverters.asScala(partitions).toSeq(),
        new AbstractFunction2<Object, ShardResult, BoxedUnit>() {
          @Override
          public BoxedUnit apply(Object partition, ShardResult result) {
            results.add(Optional.of(result));
            return BoxedUnit.UNIT;
          }
        },
        new AbstractFunction0<BoxedUnit>() {
          @Override
          public BoxedUnit apply() {
            return BoxedUnit.UNIT;
          }
        });
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("").strip();
  }
}
