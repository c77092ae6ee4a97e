package dev.wasmrun.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.shard.ShardResult;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a real cluster an executor and then a worker are killed, and the answers stay the same. */
@Timeout(900)
final class LostExecutorsTest {
  @TempDir private Path home;

  private SparkCluster cluster;
  private SparkSession spark;

  @BeforeEach
  void start() throws Exception {
    LocalSpark.stop();
    cluster = new SparkCluster(new SparkHome(home));
    spark =
        SparkSession.builder()
            .master(cluster.url())
            .appName("lost executors")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.executor.memory", "512m")
            .config("spark.executor.extraClassPath", ourClasses())
            .config(
                "spark.executor.extraJavaOptions",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.log.level", "ERROR")
            .getOrCreate();
  }

  /** What a job's jar would hold. */
  private static String ourClasses() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(
            entry ->
                !entry.endsWith(".jar")
                    || entry.contains("dylibso")
                    || entry.contains("ow2")
                    || entry.contains("HdrHistogram"))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @AfterEach
  void stop() {
    if (spark != null) {
      spark.stop();
    }
    cluster.close();
  }

  @Test
  void shardsAreThoseOfOneRun() throws Exception {
    String[] args = {"16000000", "42"};
    var told = new AtomicInteger();
    List<ShardResult> shards = new java.util.ArrayList<>();
    SparkShards.of("happycoin.wasm", GuestModule.bytesOf("happycoin.wasm"))
        .args(args)
        .shards(16)
        .run(
            new JavaSparkContext(spark.sparkContext()),
            result -> {
              shards.add(result);
              loseSome(told.incrementAndGet());
            });
    shards.sort((a, b) -> Integer.compare(a.shard(), b.shard()));
    var one = ModuleRun.of(GuestModule.load("happycoin.wasm")).args(args).threads(2).run();
    assertEquals(
        one.orThrow().emitted(),
        shards.stream().flatMapToLong(shard -> LongStream.of(shard.emitted())).boxed().toList());
    assertEquals(16, shards.size());
  }

  @Test
  void aColumnIsWhatOneMachineComputes() throws Exception {
    byte[] module = SparkBytes.enlarged(Fixtures.bytes("udf"), 3 << 20); // which travels by itself
    UserDefinedFunction mix64 = WasmUdf.of("w_mix64", module, "mix64");
    assertTrue(SparkBytes.of(mix64) < 1 << 20, "the module is in the function");
    spark.udf().register("w_mix64", mix64);
    spark.udf().register("w_traps", WasmUdf.of("w_traps", module, "traps"));
    var ended = new AtomicInteger();
    var lost = new AtomicInteger();
    spark
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd end) {
                if (end.taskInfo().failed()) {
                  lost.incrementAndGet();
                }
                loseSome(ended.incrementAndGet());
              }
            });
    // Five hundred calls for a row, or a task would be over before anybody is lost.
    String sum =
        "SELECT bit_xor(aggregate(sequence(1, 500), id, (acc, i) -> w_mix64(acc + i))) AS x FROM range(0, 4000, 1, 12)";
    long found = spark.sql(sum).first().getLong(0);
    long expected = 0;
    for (long id = 0; id < 4000; id++) {
      long acc = id;
      for (int i = 1; i <= 500; i++) {
        acc = mix64(acc + i);
      }
      expected ^= acc;
    }
    assertEquals(expected, found);
    assertTrue(lost.get() > 0, "no task was lost");
    // What an executor tells of a guest that trapped arrives here.
    var failure =
        assertThrows(
            Exception.class,
            () -> spark.sql("SELECT w_traps(CAST(id AS INT)) FROM range(42, 43)").collect());
    String told = "w_traps of [42] trapped: unreachable instruction executed";
    assertTrue(
        failure.toString().contains(told + "\n    at fail_at_42\n    at traps"), failure::toString);
  }

  private void loseSome(int ended) {
    if (ended == 2) {
      cluster.killExecutor(0);
    } else if (ended == 4) {
      cluster.killWorker(1);
    }
  }

  private static long mix64(long n) {
    long z = (n ^ (n >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
