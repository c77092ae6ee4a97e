package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.MemoryTrap.Kind;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SignalListenerTest {
  private static final int A = 64;
  private static final int B = 128;
  private static final long FOR_EVER = -1;

  private record Wait(Thread thread, int address, int width, long expected, long timeoutNanos) {}

  private record End(Thread thread, WaitEnding ending, Thread waker, long wokenNanos) {}

  private record Notify(Thread thread, int address, int count, int woken, long wokenNanos) {}

  private record Growth(int before, int after) {}

  private final List<Object> told = new CopyOnWriteArrayList<>();
  private volatile boolean listening = true;

  private final SignalListener listener =
      new SignalListener() {
        @Override
        public boolean listening() {
          return listening;
        }

        @Override
        public void onWait(int address, int width, long expected, long timeoutNanos) {
          told.add(new Wait(Thread.currentThread(), address, width, expected, timeoutNanos));
        }

        @Override
        public void onWaitEnded(WaitEnding ending, Thread waker, long wokenNanos) {
          told.add(new End(Thread.currentThread(), ending, waker, wokenNanos));
        }

        @Override
        public void onNotify(int address, int count, int woken, long wokenNanos) {
          told.add(new Notify(Thread.currentThread(), address, count, woken, wokenNanos));
        }

        @Override
        public void onGrow(int before, int after) {
          told.add(new Growth(before, after));
        }
      };

  private final LinearMemory memory =
      LinearMemory.create(new MemoryType(1, 3, true), List.of(listener), Optional.empty());
  private final Thread self = Thread.currentThread();

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void waitsThatNobodyEndsAreToldWithTheirReason() throws InterruptedException {
    memory.wait32(A, 1, FOR_EVER);
    memory.wait64(B, 0, 5);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> memory.wait32(A, 0, FOR_EVER));
    assertEquals(
        List.of(
            new Wait(self, A, 4, 1, FOR_EVER),
            new End(self, WaitEnding.NOT_EQUAL, null, 0),
            new Wait(self, B, 8, 0, 5),
            new End(self, WaitEnding.TIMED_OUT, null, 0),
            new Wait(self, A, 4, 0, FOR_EVER),
            new End(self, WaitEnding.INTERRUPTED, null, 0)),
        told);
  }

  @Test
  void aNotifyAndTheWaitsItEndsShareOneMoment() throws InterruptedException {
    long before = System.nanoTime();
    Hammer.strike(
        thread -> memory.wait32(A, 0, FOR_EVER),
        thread -> memory.wait32(A, 0, FOR_EVER),
        thread -> {
          Waits.until(() -> memory.waiters().size() == 2);
          assertEquals(2, memory.notify(A, -1));
        });
    var notify = only(Notify.class).get(0);
    assertEquals(new Notify(notify.thread(), A, -1, 2, notify.wokenNanos()), notify);
    assertTrue(notify.wokenNanos() - before > 0);
    List<End> ends = only(End.class);
    assertEquals(2, ends.size());
    for (End end : ends) {
      assertEquals(
          new End(end.thread(), WaitEnding.WOKEN, notify.thread(), notify.wokenNanos()), end);
    }
  }

  @Test
  void aNotifyThatFindsNobodyAndGrowthAreTold() {
    memory.notify(A, 7);
    memory.grow(2);
    memory.grow(1); // refused
    assertEquals(List.of(new Notify(self, A, 7, 0, 0), new Growth(1, 3)), told);
  }

  @Test
  void closingEndsAWaitThatIsTold() throws InterruptedException {
    Hammer.strike(
        thread -> {
          var trap = assertThrows(MemoryTrap.class, () -> memory.wait32(A, 0, FOR_EVER));
          assertEquals(Kind.CLOSED, trap.kind());
        },
        thread -> {
          Waits.until(() -> !memory.waiters().isEmpty());
          memory.close();
        });
    assertEquals(WaitEnding.CLOSED, assertInstanceOf(End.class, told.get(1)).ending());
  }

  @Test
  void whoDoesNotListenIsNotTold() throws InterruptedException {
    listening = false;
    memory.wait32(A, 1, FOR_EVER);
    memory.notify(A, 1);
    memory.grow(1);
    assertEquals(List.of(), told);
  }

  private <T> List<T> only(Class<T> kind) {
    return told.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
