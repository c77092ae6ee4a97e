package dev.wasmrun.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScalingTest {
  private static Measurement of(String contender, int threads, double median) {
    var time = new Spread(median, median, median);
    return new Measurement(
        "p", threads, contender, 0, true, Optional.of(time), Optional.of(1.0), Optional.empty());
  }

  @Test
  void sharedWorkThatTakesHalfTheTimeIsTwiceAsFast() {
    var scaling = Scaling.of(List.of(of("a", 1, 100), of("a", 4, 50)), true).orElseThrow();
    assertEquals(new Scaling("a", 1, 4, 2), scaling);
    assertEquals(0.5, scaling.efficiency());
    assertTrue(scaling.pays());
  }

  @Test
  void workOfEachThreadThatTakesAsLongIsAsManyTimesAsFast() {
    var scaling = Scaling.of(List.of(of("a", 2, 100), of("a", 4, 100)), false).orElseThrow();
    assertEquals(new Scaling("a", 2, 4, 2), scaling);
    assertEquals(1, scaling.efficiency());
  }

  @Test
  void theBestNumberOfThreadsIsTold() {
    var results = List.of(of("a", 1, 100), of("b", 1, 1), of("a", 2, 60), of("a", 4, 70));
    assertEquals(Optional.of(new Scaling("a", 1, 2, 100.0 / 60)), Scaling.of(results, true));
  }

  @Test
  void threadsThatGainLessThanATenthDoNotPay() {
    assertFalse(Scaling.of(List.of(of("a", 1, 109), of("a", 2, 100)), true).get().pays());
  }

  @Test
  void oneNumberOfThreadsTellsNothing() {
    assertEquals(Optional.empty(), Scaling.of(List.of(of("a", 2, 1), of("b", 4, 1)), true));
  }

  @Test
  void theMedianOfAnEvenNumberOfTimesLiesBetweenTheMiddleOnes() {
    assertEquals(new Spread(25, 10, 90), Spread.of(List.of(90L, 20L, 10L, 30L)));
    assertEquals(new Spread(20, 10, 90), Spread.of(List.of(90L, 20L, 10L)));
  }
}
