package dev.wasmrun.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.bench.Measurement.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContenderRunsTest {
  private static final List<String> RIGHT = List.of("right");

  /** Takes the given times, one after the other, and prints the same every time. */
  private static final class Scripted implements Contender {
    private final Deque<Long> nanos = new ArrayDeque<>();

    Scripted(long... nanos) {
      for (long time : nanos) {
        this.nanos.add(time);
      }
    }

    @Override
    public String label() {
      return "scripted";
    }

    @Override
    public Turn run() throws IOException {
      if (nanos.isEmpty()) {
        throw new IOException("out of breath");
      }
      return new Turn(RIGHT, Duration.ofNanos(nanos.remove()));
    }

    @Override
    public void close() {}
  }

  @Test
  void itIsWarmWhenItGetsNoFaster() throws Exception {
    var lane = new ContenderRuns(new Scripted(500, 100, 96, 98, 99));
    for (int i = 0; i < 4; i++) {
      assertFalse(lane.warm(), i + " runs");
      lane.turn(false, null);
    }
    assertFalse(lane.warm(), "96 after 500");
    lane.turn(false, null);
    assertTrue(lane.warm(), "96 after 100");
  }

  @Test
  void itIsNotWarmWhileItGetsFaster() throws Exception {
    var lane = new ContenderRuns(new Scripted(100, 90, 80, 70, 60));
    for (int i = 0; i < 5; i++) {
      lane.turn(false, null);
      assertFalse(lane.warm());
    }
  }

  @Test
  void slowRunsInBetweenAreTheMachines() throws Exception {
    var lane = new ContenderRuns(new Scripted(100, 200, 101, 300));
    for (int i = 0; i < 4; i++) {
      lane.turn(false, null);
    }
    assertTrue(lane.warm());
  }

  @Test
  void onlyRunsThatCountAreMeasured() throws Exception {
    var lane = new ContenderRuns(new Scripted(900, 10, 30, 20));
    lane.turn(false, null);
    for (int i = 0; i < 3; i++) {
      assertEquals(RIGHT, lane.turn(true, RIGHT));
    }
    Measurement measurement = lane.measurement("p", 2, Optional.of(new Spread(40, 1, 50)));
    assertEquals(Optional.of(new Spread(20, 10, 30)), measurement.time());
    assertEquals(Optional.of(0.5), measurement.ratio());
    assertEquals(1, measurement.warmUps());
  }

  @Test
  void whoPrintsSomethingElseDropsOut() throws Exception {
    var lane = new ContenderRuns(new Scripted(10, 20));
    lane.turn(true, List.of("wrong"));
    assertNull(lane.turn(true, RIGHT));
    Measurement measurement = lane.measurement("p", 1, Optional.of(new Spread(1, 1, 1)));
    assertTrue(measurement.failure().orElseThrow().differs());
    assertEquals(Optional.empty(), measurement.time());
    assertEquals(Optional.empty(), measurement.ratio());
    assertTrue(lane.warmOrOut());
  }

  @Test
  void whoFailsDropsOutWithItsReason() throws Exception {
    var lane = new ContenderRuns(new Scripted(10));
    lane.turn(true, null);
    assertNull(lane.turn(true, null));
    assertEquals(
        Optional.of(new Failure("out of breath", false)),
        lane.measurement("p", 1, Optional.empty()).failure());
  }
}
