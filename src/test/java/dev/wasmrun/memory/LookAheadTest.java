package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookAheadTest {
  private static final int ADDRESS = 64;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true));
  private final LookAhead lookAhead = new LookAhead(1);

  @AfterEach
  void close() {
    memory.close();
  }

  private boolean seesChange(long expected) {
    return lookAhead.seesChange(memory, ADDRESS, 4, expected, -1);
  }

  private int waitsWithoutALook() {
    int waits = 0;
    while (!seesChange(1)) {
      waits++;
      assertTrue(waits <= 1_000, "it never looks again");
    }
    return waits;
  }

  @Test
  void changeIsSeenAtBothWidths() {
    assertTrue(seesChange(1));
    assertFalse(seesChange(0));
    memory.setLong(ADDRESS, 1L << 32);
    assertTrue(new LookAhead(1).seesChange(memory, ADDRESS, 8, 0, -1));
    assertFalse(new LookAhead(1).seesChange(memory, ADDRESS, 4, 0, -1));
  }

  @Test
  void nobodyLooksWhereThereIsOneProcessor() {
    assertFalse(new LookAhead(0).seesChange(memory, ADDRESS, 4, 1, -1));
  }

  @Test
  void looksThatDoNotPayBecomeRareAndThoseThatDoComeBack() {
    for (int i = 0; i < 1_000; i++) {
      assertFalse(seesChange(0));
    }
    int rare = waitsWithoutALook();
    assertTrue(rare > 0 && rare <= 256, rare + " waits without a look");
    int hits = 0;
    for (int i = 0; i < 10_000; i++) {
      hits += seesChange(1) ? 1 : 0;
    }
    assertTrue(hits > 1_000, "it looked only " + hits + " times");
  }

  @Test
  void aChangeWhileLookingIsSeenSomeTime() throws InterruptedException {
    var seen = new AtomicBoolean();
    Hammer.strike(
        thread -> {
          while (!seen.get() && !Thread.interrupted()) {
            memory.getAndAddInt(ADDRESS, 1);
          }
        },
        thread -> {
          while (!seen.get() && !Thread.interrupted()) {
            if (seesChange(memory.getIntVolatile(ADDRESS))) {
              seen.set(true);
            }
          }
        });
    assertTrue(seen.get());
  }

  @Test
  void interruptedThreadLooksNoLongerAndKeepsItsFlag() {
    Thread.currentThread().interrupt();
    assertFalse(lookAhead.seesChange(memory, ADDRESS, 4, 0, Long.MAX_VALUE));
    assertTrue(Thread.interrupted());
    assertTrue(seesChange(1), "the look counts as no miss");
  }
}
