package dev.wasmrun.serve;

import dev.wasmrun.pool.PoolStatistics;
import dev.wasmrun.pool.TimeDistribution;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A server's numbers in the text format that Prometheus reads, version 0.0.4. */
final class Metrics {
  /** Of seconds, down to nanoseconds. */
  private static final int DECIMALS = 9;

  /** Upper bounds of a histogram's buckets. */
  private static final List<Duration> BOUNDS =
      List.of(
          Duration.ofNanos(100_000),
          Duration.ofMillis(1),
          Duration.ofMillis(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10));

  private final StringBuilder text = new StringBuilder();

  private Metrics() {}

  /**
   * The whole text.
   *
   * @param responses how many responses there were of each status
   */
  static String of(PoolStatistics pool, Map<Integer, Long> responses) {
    var metrics = new Metrics();
    metrics.gauge("workers", "Worker threads.", pool.workers());
    metrics.gauge("workers_stuck", "Workers whose calls do not end.", pool.stuck());
    metrics.type("workers_replaced_total", "counter", "Stuck workers that got a replacement.");
    metrics.sample("workers_replaced_total", "", pool.replacedWorkers());
    metrics.gauge("calls_running", "Calls in progress.", pool.running());
    metrics.gauge("calls_queued", "Calls that wait for a worker.", pool.queued());
    metrics.type("calls_total", "counter", "Calls by how they ended.");
    metrics.sample("calls_total", "outcome=\"completed\"", pool.completed());
    metrics.sample("calls_total", "outcome=\"failed\"", pool.failed() - pool.timedOut());
    metrics.sample("calls_total", "outcome=\"timed_out\"", pool.timedOut());
    metrics.sample("calls_total", "outcome=\"cancelled\"", pool.cancelled());
    metrics.sample("calls_total", "outcome=\"rejected\"", pool.rejected());
    metrics.type("instances_replaced_total", "counter", "Instances given up after a failure.");
    metrics.sample("instances_replaced_total", "", pool.replaced());
    metrics.histogram("wait_seconds", "From submission to start.", pool.waits());
    metrics.histogram("run_seconds", "From start to end.", pool.runs());
    metrics.type("http_responses_total", "counter", "Responses by status.");
    new TreeMap<>(responses)
        .forEach(
            (status, count) ->
                metrics.sample("http_responses_total", "code=\"%s\"".formatted(status), count));
    return metrics.text.toString();
  }

  private void gauge(String name, String help, long value) {
    type(name, "gauge", help);
    sample(name, "", value);
  }

  private void histogram(String name, String help, TimeDistribution times) {
    type(name, "histogram", help);
    for (Duration bound : BOUNDS) {
      sample(name + "_bucket", "le=\"%s\"".formatted(seconds(bound)), times.countUpTo(bound));
    }
    sample(name + "_bucket", "le=\"+Inf\"", times.count());
    line(name + "_sum", "", seconds(times.total()));
    sample(name + "_count", "", times.count());
  }

  private void type(String name, String type, String help) {
    text.append("# HELP wasm_run_%s %s\n".formatted(name, help));
    text.append("# TYPE wasm_run_%s %s\n".formatted(name, type));
  }

  private void sample(String name, String labels, long value) {
    line(name, labels, Long.toString(value));
  }

  private void line(String name, String labels, String value) {
    text.append("wasm_run_").append(name);
    if (!labels.isEmpty()) {
      text.append('{').append(labels).append('}');
    }
    text.append(' ').append(value).append('\n');
  }

  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toNanos(), DECIMALS).stripTrailingZeros().toPlainString();
  }
}
