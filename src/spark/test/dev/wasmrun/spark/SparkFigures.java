package dev.wasmrun.spark;

import com.sun.management.OperatingSystemMXBean;
import dev.wasmrun.Fixtures;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.ModuleRun;
import dev.wasmrun.run.RunConfig;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Figures: processor time, the least of several runs. For each kind of function it is that of the
 * tasks, for a row, beside what the query takes without the function; for shards it is that of the
 * process, for a run.
 */
public final class SparkFigures {
  private static final int RUNS = 4;

  private static final long ROWS = Long.getLong("rows", 10_000_000);
  private static final String CANDIDATES = System.getProperty("candidates", "20000000");

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** What the tasks since it was 0 have taken, in nanoseconds. */
  private static final AtomicLong TASKS = new AtomicLong();

  private SparkFigures() {}

  /** Work of which the processor time is taken. */
  private interface Work {
    void run() throws Exception;
  }

  /** Prints a table. */
  public static void main(String[] args) throws Exception {
    SparkSession spark = LocalSpark.session();
    spark
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onTaskEnd(SparkListenerTaskEnd end) {
                TASKS.addAndGet(end.taskMetrics().executorCpuTime());
              }
            });
    byte[] module = Fixtures.bytes("udf");
    byte[] capitals = Fixtures.bytes("udf-text");
    spark.udf().register("w_add", WasmUdf.of("w_add", module, "traps"));
    spark.udf().register("w_mix64", WasmUdf.of("w_mix64", module, "mix64"));
    spark.udf().register("w_scale", WasmUdf.of("w_scale", module, "scale"));
    spark
        .udf()
        .register(
            "w_capitals",
            WasmUdf.of(
                "w_capitals", capitals, "capitals", DataTypes.StringType, DataTypes.StringType));
    spark
        .udf()
        .register("j_add", (UDF1<Integer, Integer>) SparkFigures::checked, DataTypes.IntegerType);
    spark.udf().register("j_mix64", (UDF1<Long, Long>) SparkFigures::mix64, DataTypes.LongType);
    spark.udf().register("j_scale", (UDF1<Double, Double>) x -> x * 1.5 + 2, DataTypes.DoubleType);
    spark
        .udf()
        .register(
            "j_capitals", (UDF1<String, String>) SparkFigures::capitals, DataTypes.StringType);
    byte[] script = Fixtures.bytes("as-texts");
    spark
        .udf()
        .register(
            "w_upper",
            WasmUdf.of("w_upper", script, "capitals", DataTypes.StringType, DataTypes.StringType));
    spark
        .udf()
        .register(
            "j_upper",
            (UDF1<String, String>) text -> text.toUpperCase(Locale.ROOT),
            DataTypes.StringType);
    System.out.println("CPU ns a row: without a function, Java UDF, ours");
    rows("i32", "sum(%s(CAST(id AS INT) & 31))", "sum(CAST(id AS INT) & 31)", "add");
    rows("i64", "bit_xor(%s(id))", "bit_xor(id)", "mix64");
    rows("f64", "sum(%s(CAST(id AS DOUBLE)))", "sum(CAST(id AS DOUBLE))", "scale");
    for (String text : List.of("CAST(id AS STRING)", "concat('a number in words: ', id)")) {
      for (String function : List.of("capitals", "upper")) {
        rows(
            function.equals("upper") ? "text AS" : "text C",
            "sum(length(%s(" + text + ")))",
            "sum(length(" + text + "))",
            function);
      }
    }
    if (!CANDIDATES.equals("0")) {
      shards(spark);
    }
    LocalSpark.stop();
  }

  /** What each of three queries takes, which are run in turns. */
  private static void rows(String type, String form, String without, String function)
      throws Exception {
    List<String> aggregates =
        List.of(without, form.formatted("j_" + function), form.formatted("w_" + function));
    var least = new double[] {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
    for (int run = 0; run < RUNS; run++) {
      for (int i = 0; i < least.length; i++) {
        least[i] = Math.min(least[i], (double) query(aggregates.get(i)) / ROWS);
      }
    }
    System.out.printf(
        "%8s %8.1f %8.1f %8.1f   x%.2f%n", type, least[0], least[1], least[2], least[2] / least[1]);
  }

  /** The processor time of the tasks' threads. */
  private static long query(String aggregate) throws Exception {
    TASKS.set(0);
    LocalSpark.query("SELECT %s FROM range(0, %s, 1, 2)".formatted(aggregate, ROWS));
    LocalSpark.session().sparkContext().listenerBus().waitUntilEmpty();
    return TASKS.get();
  }

  /** What a run takes on one machine, and divided; in turns. */
  private static void shards(SparkSession spark) throws Exception {
    byte[] happycoin = GuestModule.bytesOf("happycoin.wasm");
    var runs = new LinkedHashMap<String, Work>();
    runs.put(
        "one run",
        () -> ModuleRun.of(GuestModule.load("happycoin.wasm")).args(CANDIDATES).run().orThrow());
    for (int shards : List.of(1, 16, 64, 256)) {
      runs.put(
          "shards " + shards,
          () ->
              SparkShards.of("happycoin.wasm", happycoin)
                  .args(CANDIDATES)
                  .config(RunConfig.DEFAULT)
                  .shards(shards)
                  .run(JavaSparkContext.fromSparkContext(spark.sparkContext())));
    }
    var least = new LinkedHashMap<String, Long>();
    for (int i = 0; i < RUNS; i++) {
      for (var run : runs.entrySet()) {
        long begin = SYSTEM.getProcessCpuTime();
        run.getValue().run();
        least.merge(run.getKey(), SYSTEM.getProcessCpuTime() - begin, Math::min);
      }
    }
    System.out.println("CPU s of a run of " + CANDIDATES + " candidates");
    least.forEach((run, nanos) -> System.out.printf("%12s %8.2f%n", run, nanos / 1e9));
  }

  private static Integer checked(Integer value) {
    if (value == 42) {
      throw new IllegalStateException();
    }
    return value;
  }

  private static Long mix64(Long n) {
    long z = (n ^ (n >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** As the guest does it: capital letters of ASCII. */
  private static String capitals(String text) {
    var copy = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      copy.append(c >= 'a' && c <= 'z' ? (char) (c - 32) : c);
    }
    return copy.toString();
  }
}
