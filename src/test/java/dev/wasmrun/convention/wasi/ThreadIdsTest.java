package dev.wasmrun.convention.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import java.util.ArrayDeque;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ThreadIdsTest {
  @Test
  void aNumberIsGivenAgainOnlyAfterAllOthersHadTheirTurn() throws InterruptedException {
    var ids = new ThreadIds(2, 3, 0);
    assertEquals(OptionalInt.of(1), ids.take());
    assertEquals(OptionalInt.of(2), ids.take());
    ids.giveUp(1);
    assertEquals(OptionalInt.of(3), ids.take());
    ids.giveUp(3);
    assertEquals(OptionalInt.of(1), ids.take());
    ids.giveUp(1);
    assertEquals(OptionalInt.of(3), ids.take()); // 2 still lives
  }

  @Test
  void thereAreNoMoreThanMayBe() throws InterruptedException {
    var ids = new ThreadIds(1, ThreadIds.HIGHEST, 1);
    assertEquals(OptionalInt.of(1), ids.take());
    assertEquals(OptionalInt.empty(), ids.take());
  }

  @Test
  void whoComesWhileAThreadIsLeavingGetsItsPlace() throws InterruptedException {
    var ids = new ThreadIds(1, ThreadIds.HIGHEST, 60_000);
    int first = ids.take().orElseThrow();
    Hammer.strike(
        thread -> assertEquals(OptionalInt.of(2), ids.take()), thread -> ids.giveUp(first));
  }

  @Test
  void noTwoLiveThreadsHaveTheSameNumber() throws InterruptedException {
    var ids = new ThreadIds(20, 40, 0);
    Set<Integer> live = ConcurrentHashMap.newKeySet();
    var given = new AtomicInteger();
    Hammer.strike(
        4,
        thread -> {
          var random = new Random(7 + thread);
          var mine = new ArrayDeque<Integer>();
          for (int i = 0; i < 5000; i++) {
            OptionalInt id = random.nextInt(3) > 0 ? ids.take() : OptionalInt.empty();
            if (id.isPresent()) {
              given.incrementAndGet();
              assertTrue(id.getAsInt() >= 1 && id.getAsInt() <= 40);
              assertTrue(live.add(id.getAsInt()));
              assertTrue(live.size() <= 20);
              mine.add(id.getAsInt());
            } else if (!mine.isEmpty()) {
              int leaving = mine.remove();
              live.remove(leaving);
              ids.giveUp(leaving);
            }
          }
        });
    assertTrue(given.get() > 1000);
  }
}
