package dev.wasmrun.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final Duration LEAST = Duration.ofSeconds(5);
  private static final Duration MOST = Duration.ofSeconds(60);
  private static final WarmUp RULE = new WarmUp(100, LEAST, MOST);

  private static List<Long> times(long... nanos) {
    return LongStream.of(nanos).boxed().toList();
  }

  private static List<Long> constant(int runs) {
    return LongStream.generate(() -> 1000).limit(runs).boxed().toList();
  }

  @Test
  void itEndsWhenTimesStopFalling() {
    assertTrue(RULE.isOver(times(900, 500, 100, 101, 99, 100, 102, 99, 100, 103), LEAST));
    assertFalse(RULE.isOver(times(900, 500, 100, 101, 99, 100, 102, 90, 100, 103), LEAST));
  }

  @Test
  void itDoesNotEndOnAWhileWithoutProgressThatIsShorterThanWhatCameBefore() {
    var times = new ArrayList<>(constant(8));
    times.addAll(times(500, 500, 500, 500, 500, 500, 500, 500));
    assertFalse(RULE.isOver(times, LEAST));
    times.addAll(times(500, 500));
    assertTrue(RULE.isOver(times, LEAST));
  }

  @Test
  void itTakesSomeRunsAndSomeTime() {
    assertFalse(RULE.isOver(constant(9), LEAST));
    assertTrue(RULE.isOver(constant(10), LEAST));
    assertFalse(RULE.isOver(constant(10), LEAST.minusNanos(1)));
  }

  @Test
  void itEndsAfterTheMostRunsAndTheMostTimeWhateverTheTimes() {
    assertTrue(RULE.isOver(constant(100), Duration.ZERO));
    assertTrue(RULE.isOver(times(900, 1), MOST));
    assertTrue(new WarmUp(0, LEAST, MOST).isOver(List.of(), Duration.ZERO));
    assertFalse(WarmUp.isWarm(List.of()));
  }

  @Test
  void theLastWordsAreTheEndOfWhatWasWritten() throws Exception {
    var words = new LastWords();
    assertEquals("it failed", words.after("it failed"));
    words.write("x".repeat(2000).getBytes());
    words.write("\n\n  one \r\n".getBytes());
    words.write('2');
    assertEquals(
        "it failed; its standard error: %s | one | 2".formatted("x".repeat(489)),
        words.after("it failed"));
  }
}
