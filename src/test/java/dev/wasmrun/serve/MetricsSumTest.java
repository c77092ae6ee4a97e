package dev.wasmrun.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MetricsSumTest {
  @Test
  void eachSampleIsTheSum() {
    String first =
        """
        # TYPE calls_total counter
        calls_total{outcome="completed"} 3
        run_seconds_sum 0.25
        # TYPE responses_total counter
        responses_total{code="200"} 4
        """;
    String second =
        """
        # TYPE calls_total counter
        calls_total{outcome="completed"} 40
        run_seconds_sum 1.5
        # TYPE responses_total counter
        responses_total{code="200"} 50
        responses_total{code="404"} 1
        """;
    assertEquals(
        """
        # TYPE calls_total counter
        calls_total{outcome="completed"} 43
        run_seconds_sum 1.75
        # TYPE responses_total counter
        responses_total{code="200"} 54
        responses_total{code="404"} 1
        """,
        MetricsSum.of(List.of(first, second)));
    assertEquals(first, MetricsSum.of(List.of(first)));
    assertEquals("", MetricsSum.of(List.of()));
  }
}
