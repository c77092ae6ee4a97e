package dev.wasmrun.spark;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A session in this process, on two threads, for all tests. */
final class LocalSpark {
  private static SparkSession session;

  private LocalSpark() {}

  static synchronized SparkSession session() {
    if (session == null || session.sparkContext().isStopped()) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("tests")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", "3")
              .config("spark.sql.warehouse.dir", "target/spark-warehouse")
              .config("spark.log.level", "ERROR")
              .getOrCreate();
    }
    return session;
  }

  /** Ends the session, for a test that needs another. */
  static synchronized void stop() {
    if (session != null) {
      session.stop();
      session = null;
    }
  }

  /** The rows of a query as text. */
  static List<String> query(String sql) {
    return session().sql(sql).collectAsList().stream()
        .map(Row::toString)
        .collect(Collectors.toList());
  }

  /** What is told of a query that fails: the first message of ours among the causes. */
  static WasmException failure(String sql) {
    try {
      session().sql(sql).collectAsList();
    } catch (Exception e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof WasmException ours) {
          return ours;
        }
      }
      throw new AssertionError("none of ours", e);
    }
    throw new AssertionError("it did not fail: " + sql);
  }
}
