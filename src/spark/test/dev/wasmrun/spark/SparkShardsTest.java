package dev.wasmrun.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.Fixtures;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.shard.ShardResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs in shards as jobs of Spark, in this process. */
@Timeout(600)
final class SparkShardsTest {
  private static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }

  @Test
  void theCoinsAreThoseOfOneRunInItsOrder() throws Exception {
    var one = ModuleRun.of(GuestModule.load("happycoin.wasm")).args("400000", "42").run().orThrow();
    List<ShardResult> shards =
        SparkShards.of("happycoin.wasm", GuestModule.bytesOf("happycoin.wasm"))
            .args("400000", "42")
            .config(RunConfig.builder().threads(2).build())
            .shards(7)
            .run(context());
    assertEquals(
        IntStream.range(0, 7).boxed().toList(), shards.stream().map(ShardResult::shard).toList());
    assertEquals(
        one.emitted(),
        shards.stream().flatMapToLong(shard -> LongStream.of(shard.emitted())).boxed().toList());
  }

  @Test
  void aGuestThatTrapsIsToldOnceAndNotRunAgain() {
    var attempts = new ArrayList<ShardResult>();
    WasmException failure =
        assertThrows(
            WasmException.class,
            () ->
                SparkShards.of("squares.wasm", Fixtures.bytes("squares"))
                    .range(0, 1)
                    .args("8", "0", "7")
                    .shards(4)
                    .run(context(), attempts::add));
    assertEquals(
        List.of(
            "squares.wasm trapped: unreachable instruction executed",
            "  thread squares.wasm#0",
            "    at square_of",
            "    at work"),
        failure.getMessage().lines().toList());
  }

  @Test
  void whatCannotBeDividedIsRefused() {
    byte[] module = Fixtures.bytes("squares");
    assertEquals(
        "which arguments of squares.wasm say how much work there is, and where it begins? range(AMOUNT, FIRST) names them",
        assertThrows(
                UsageException.class,
                () -> SparkShards.of("squares.wasm", module).args("8").shards(2).run(context()))
            .getMessage());
  }
}
