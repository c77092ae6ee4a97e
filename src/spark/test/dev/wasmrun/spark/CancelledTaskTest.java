package dev.wasmrun.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.Fixtures;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An endless guest ends with its task, and harms no other. */
@Timeout(600)
final class CancelledTaskTest {
  private static final String GROUP = "endless";

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEndlessGuestEndsWhenItsJobIsCancelled(boolean interrupting) throws Exception {
    SparkSession spark = LocalSpark.session();
    spark.udf().register("w_endless", WasmUdf.of("w_endless", Fixtures.bytes("udf"), "endless"));
    SparkContext context = spark.sparkContext();
    var started = new CountDownLatch(2);
    var ended = new CountDownLatch(2);
    var listener =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            started.countDown();
          }

          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            ended.countDown();
          }
        };
    context.addSparkListener(listener);
    try {
      var failure = new AtomicReference<Throwable>();
      var query =
          new Thread(
              () -> {
                context.setJobGroup(GROUP, "two tasks without an end", interrupting);
                try {
                  // One row each: both threads of the session are in a guest for ever.
                  spark
                      .sql("SELECT sum(w_endless(CAST(42 + id * 0 AS INT))) FROM range(0, 2, 1, 2)")
                      .collect();
                } catch (Exception e) {
                  failure.set(e);
                }
              });
      query.start();
      started.await();
      context.cancelJobGroup(GROUP);
      query.join();
      assertThrows(
          Throwable.class,
          () -> {
            throw failure.get();
          });
      ended.await(); // the threads are free again
      assertEquals(
          List.of("[190]"),
          LocalSpark.query("SELECT sum(w_endless(CAST(id AS INT))) FROM range(0, 20, 1, 2)"),
          "what runs next on these threads");
    } finally {
      context.removeSparkListener(listener);
    }
  }
}
