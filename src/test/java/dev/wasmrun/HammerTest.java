package dev.wasmrun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HammerTest {
  @Test
  void everyThreadWorksOnce() throws InterruptedException {
    AtomicInteger sum = new AtomicInteger();
    Hammer.strike(8, thread -> sum.addAndGet(1 << thread));
    assertEquals(0xFF, sum.get());
  }

  @Test
  void everyFailureIsReported() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Hammer.strike(
                    4,
                    thread -> {
                      if (thread != 2) {
                        throw new IllegalStateException("thread " + thread);
                      }
                    }));
    assertEquals("3 of 4 threads failed", error.getMessage());
    assertEquals(2, error.getSuppressed().length);
  }
}
