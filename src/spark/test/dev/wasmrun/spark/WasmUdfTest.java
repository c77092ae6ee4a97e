package dev.wasmrun.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.guest.UsageException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported functions as functions of SQL. */
@Timeout(600)
final class WasmUdfTest {
  private static final byte[] MODULE = Fixtures.bytes("udf");

  @BeforeAll
  static void register() {
    SparkSession spark = LocalSpark.session();
    for (String export :
        List.of("add", "mix64", "scale", "scale32", "ten", "traps", "exits", "calls")) {
      String name = "w_" + export;
      spark.udf().register(name, WasmUdf.of(name, MODULE, export));
    }
  }

  @Test
  void aColumnIsWhatJavaComputes() {
    long golden = 0x9E3779B97F4A7C15L;
    List<Long> states = LongStream.rangeClosed(1, 1000).map(i -> i * golden).boxed().toList();
    List<Row> rows =
        LocalSpark.session()
            .createDataset(states, Encoders.LONG())
            .repartition(1)
            .select(functions.call_udf("w_mix64", functions.col("value")))
            .collectAsList();
    var expected = new SplittableRandom(0);
    for (Row row : rows) {
      assertEquals(expected.nextLong(), row.getLong(0));
    }
    assertEquals(1000, rows.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "w_add(2, 3)                                | [5]",
        "w_add(2147483647, 1)                       | [-2147483648]",
        "w_add(CAST(2 AS TINYINT), true)            | [3]",
        "w_scale(CAST(4 AS DOUBLE))                 | [8.0]",
        "w_scale(CAST(4 AS FLOAT))                  | [8.0]",
        "w_scale32(CAST(4 AS FLOAT))                | [6.0]",
        "w_ten(-1, 0, 0, 0, 0, 0, 0, 0, 0, 7)       | [699]",
        "w_add(2, NULL)                             | [null]",
        "w_traps(CAST(NULL AS INT))                 | [null]",
      })
  void everyNumberTypeAndNull(String expression, String expected) {
    assertEquals(List.of(expected), LocalSpark.query("SELECT " + expression));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "w_add(id, 1)                       | a BIGINT, for example 5, where the function takes an"
            + " i32: write CAST(… AS INT)",
        "w_scale(CAST(id AS DECIMAL(10,2))) | a DECIMAL, for example 5.00, where the function takes"
            + " an f64: write CAST(… AS DOUBLE)",
        "w_mix64('x')                       | a STRING, for example x, where the function takes an"
            + " i64: write CAST(… AS BIGINT)",
        "w_scale32(CAST(id AS DOUBLE))      | a DOUBLE, for example 5.0, where the function takes"
            + " an f32: write CAST(… AS FLOAT)",
        "w_add(1, array(id))                | an ARRAY, for example ArraySeq(5), where the function"
            + " takes an i32: write CAST(… AS INT)",
      })
  void aValueOfAnotherTypeIsRefusedAndNeverRounded(String expression, String message) {
    WasmException failure = LocalSpark.failure("SELECT " + expression + " FROM range(5, 6, 1, 1)");
    assertEquals(message, failure.getMessage());
  }

  @Test
  void aTrapTellsTheFunctionItsArgumentsAndTheGuestsBacktrace() {
    WasmException failure =
        LocalSpark.failure("SELECT w_traps(CAST(id AS INT)) FROM range(0, 100, 1, 2)");
    assertEquals(
        List.of(
            "w_traps of [42] trapped: unreachable instruction executed",
            "    at fail_at_42",
            "    at traps"),
        failure.getMessage().lines().toList());
    assertEquals(List.of("[7]"), LocalSpark.query("SELECT w_traps(7)"), "the next query");
  }

  @Test
  void anExitIsAFailureOfTheQueryAndNotTheEndOfTheProcess() {
    WasmException failure =
        LocalSpark.failure("SELECT w_exits(CAST(id AS INT)) FROM range(0, 100, 1, 2)");
    assertEquals(
        "w_exits of [42] exited with code 3", failure.getMessage().lines().findFirst().get());
  }

  @Test
  void whatAFailureHasLeftIsNotSeenByLaterCalls() {
    // The globals of an instance count its calls: one that has failed is not used again.
    LocalSpark.failure("SELECT w_traps(CAST(id AS INT)) FROM range(42, 43, 1, 1)");
    List<String> counts = LocalSpark.query("SELECT max(w_calls(id)) FROM range(0, 50, 1, 1)");
    assertTrue(Integer.parseInt(counts.get(0).replaceAll("\\D", "")) >= 50, counts::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"upper", "div", "UPPER", "sum"})
  void aNameThatSparkHasIsRefused(String name) {
    UsageException refusal =
        assertThrows(UsageException.class, () -> WasmUdf.of(name, MODULE, "mix64"));
    assertEquals(
        "Spark has a function '%s' of its own, which would be called instead; choose another name"
            .formatted(name),
        refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mix46  | the module exports no function 'mix46'; did you mean mix64?",
        "pair   | pair returns 2 values, a function of SQL one: it is (i32) -> (i32, i32)",
        "numbers| numbers returns 0 values, a function of SQL one: it is (i64, i64) -> ()",
        "eleven | eleven has more than the 10 parameters that a function of SQL may have: it is"
            + " (i32, i32, i32, i32, i32, i32, i32, i32, i32, i32, i32) -> (i32)",
      })
  void whatSqlCannotCallIsRefusedBeforeAnythingRuns(String export, String message) {
    assertEquals(
        message,
        assertThrows(UsageException.class, () -> WasmUdf.of("w_x", MODULE, export)).getMessage());
  }

  @Test
  void aModuleOfMoreThanAMegabyteTravelsByItself() {
    byte[] large = SparkBytes.enlarged(MODULE, 3 << 20);
    var f = WasmUdf.of("w_large", large, "mix64");
    LocalSpark.session().udf().register("w_large", f);
    assertEquals(
        LocalSpark.query("SELECT w_mix64(id) FROM range(0, 9, 1, 3)"),
        LocalSpark.query("SELECT w_large(id) FROM range(0, 9, 1, 3)"));
    assertTrue(SparkBytes.of(f) < 1 << 20, "the module is in the function");
    assertTrue(SparkBytes.of(WasmUdf.of("w_small", MODULE, "mix64")) > MODULE.length);
  }

  @Test
  void textsAndBinariesPassThroughTheAllocator() {
    byte[] text = Fixtures.bytes("udf-text");
    SparkSession spark = LocalSpark.session();
    spark.udf().register("w_capitals", text(text, "capitals"));
    spark.udf().register("w_same", text(text, "same"));
    spark
        .udf()
        .register(
            "w_length",
            WasmUdf.of("w_length", text, "length", DataTypes.IntegerType, DataTypes.StringType));
    spark
        .udf()
        .register(
            "w_reversed",
            WasmUdf.of("w_reversed", text, "reversed", DataTypes.BinaryType, DataTypes.BinaryType));
    assertEquals(
        List.of("[GRÜN € 😀,grün,6,43424100,null,null]".replace("GRÜN", "GRüN")),
        LocalSpark.query(
            "SELECT w_capitals('grün € 😀'), w_same('grün'), w_length('ab€d'),"
                + " hex(w_reversed(X'00414243')), w_capitals(''), w_same(CAST(NULL AS STRING))"));
    // What is allocated is freed: the guest has room for far less than all of this at once.
    assertEquals(
        List.of("[1000000]"),
        LocalSpark.query(
            "SELECT sum(length(w_capitals(repeat('x', 100)))) FROM range(0, 10000, 1, 2)"));
    spark.udf().register("w_live", WasmUdf.of("w_live", text, "live"));
    assertEquals(List.of("[0]"), LocalSpark.query("SELECT w_live(0)"));
  }

  private static org.apache.spark.sql.expressions.UserDefinedFunction text(
      byte[] module, String export) {
    return WasmUdf.of("w_" + export, module, export, DataTypes.StringType, DataTypes.StringType);
  }

  @Test
  void aTextThatCannotBeIsToldAndNoHarmDone() {
    byte[] text = Fixtures.bytes("udf-text");
    LocalSpark.session().udf().register("w_outside", text(text, "outside"));
    assertTrue(
        LocalSpark.failure("SELECT w_outside('x')").getMessage().startsWith("w_outside of [x] "));
    LocalSpark.session().udf().register("w_capitals", text(text, "capitals"));
    assertEquals(
        "a text with a NUL, which a string of C cannot have",
        LocalSpark.failure("SELECT w_capitals(concat('a', char(0)))").getMessage());
    assertEquals(
        "malloc has no room for 300001 bytes",
        LocalSpark.failure("SELECT w_capitals(repeat('x', 300000))").getMessage());
    assertEquals(List.of("[A]"), LocalSpark.query("SELECT w_capitals('a')"));
    assertThrows(UsageException.class, () -> text(MODULE, "traps"), "no allocator");
    assertThrows(
        UsageException.class,
        () -> WasmUdf.of("w_l", text, "length", DataTypes.LongType, DataTypes.StringType));
  }

  @Test
  void whatIsEmittedIsATable() {
    WasmTable.register(LocalSpark.session(), "w_numbers", MODULE, "numbers");
    assertEquals(
        List.of("[3]", "[4]", "[5]"), LocalSpark.query("SELECT value FROM w_numbers(3, 6)"));
    assertEquals(
        List.of("[1,0]", "[2,0]", "[2,1]"),
        LocalSpark.query(
            "SELECT id, value FROM range(0, 3, 1, 2), LATERAL w_numbers(0, id) ORDER BY id,"
                + " value"));
    assertEquals(
        List.of("[499500]"), LocalSpark.query("SELECT sum(value) FROM w_numbers(0, 1000)"));
  }

  @Test
  void anAggregateKeepsItsStateInTheGuestsMemory() {
    LocalSpark.session()
        .udf()
        .register("w_mean", WasmAggregate.of("w_mean", Fixtures.bytes("udf-mean")));
    assertEquals(
        LocalSpark.query(
            "SELECT id % 5 AS k, avg(CAST(id AS DOUBLE)) FROM range(0, 999, 1, 4) GROUP BY k ORDER"
                + " BY k"),
        LocalSpark.query(
            "SELECT id % 5 AS k, w_mean(CAST(id AS DOUBLE)) FROM range(0, 999, 1, 4) GROUP BY k"
                + " ORDER BY k"));
    assertEquals(
        List.of("[2.0]"),
        LocalSpark.query("SELECT w_mean(x) FROM VALUES (1D), (NULL), (3D) AS t(x)"));
    assertEquals(
        List.of("[NaN,NaN,2.5]"),
        LocalSpark.query(
            "SELECT w_mean(IF(id < 0, 1D, NULL)), w_mean(x) FILTER (WHERE id < 0), w_mean(id) FROM"
                + " (SELECT id, 1D AS x FROM range(0, 6, 1, 3))"));
    assertThrows(UsageException.class, () -> WasmAggregate.of("w_mean2", MODULE));
    assertEquals(
        List.of("w_mean of [Infinity] trapped: unreachable instruction executed", "    at update"),
        LocalSpark.failure(
                "SELECT w_mean(IF(id = 2, double('Infinity'), id)) FROM range(0, 4, 1, 2)")
            .getMessage()
            .lines()
            .toList());
    LocalSpark.session()
        .udf()
        .register("w_outside", WasmAggregate.of("w_outside", Fixtures.bytes("udf-outside")));
    assertEquals(
        "w_outside of [] returned an address outside of its memory: out of bounds memory access:"
            + " address 65532, width 8, memory of 65536 bytes",
        LocalSpark.failure("SELECT w_outside(id) FROM range(0, 4, 1, 2)").getMessage());
  }
}
