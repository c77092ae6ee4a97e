package dev.wasmrun.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.EvilModule;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names that a module has chosen are text, too, in what a pool says of its calls. */
@Timeout(120)
final class NamesOfCallsTest {
  private static final String NAME = EvilModule.evil("EXPORT");
  private static final int[] TRAP = {0x00};
  private static final int[] FOR_EVER = {0x03, 0x40, 0x0C, 0, 0x0B};

  private static void assertShows(String name, String message) {
    assertTrue(EvilModule.isPlain(message), message);
    assertTrue(message.contains(EvilModule.shown(name)), message);
  }

  @Test
  void whatIsWrongWithACallIsSaidPlainly() {
    GuestModule module = new EvilModule().body(TRAP).load();
    for (String wrong : List.of("nothing", EvilModule.evil("EXPORTS"))) {
      var refused = assertThrows(UsageException.class, () -> Call.of(module, wrong));
      assertShows("EXPORT", refused.getMessage());
    }
    assertShows(
        "EXPORT", assertThrows(UsageException.class, () -> Call.of(module, NAME, 1)).getMessage());
    assertShows(
        "EXPORT",
        assertThrows(UsageException.class, () -> Call.parse(module, NAME, List.of("1")))
            .getMessage());
    assertShows("EXPORT", Call.of(module, NAME).toString());
  }

  @Test
  void whatBecomesOfACallIsSaidPlainly() {
    var notices = new ConcurrentLinkedQueue<String>();
    RunListener listener =
        new RunListener() {
          @Override
          public void noticed(String message) {
            notices.add(message);
          }
        };
    var trapping = new EvilModule().memory().body(TRAP).load();
    try (var pool = WorkerPool.open(trapping, PoolConfig.fixed(1).listener(listener).build())) {
      assertThrows(CompletionException.class, () -> pool.submit(NAME).join());
    }
    assertEquals(1, notices.size());
    assertShows("EXPORT", notices.peek());
    var config = PoolConfig.fixed(1).listener(listener).taskTimeout(Duration.ofMillis(50)).build();
    try (var pool = WorkerPool.open(new EvilModule().body(FOR_EVER).load(), config)) {
      var failed = assertThrows(CompletionException.class, () -> pool.submit(NAME).join());
      assertShows("EXPORT", failed.getCause().getMessage());
      assertShows("FUNCTION", ((TaskTimeout) failed.getCause()).backtrace().get(0));
    }
  }

  @Test
  void whatDoesNotReturnANumberIsSaidPlainly() {
    var nothing = new EvilModule().load();
    try (var pool = WorkerPool.open(nothing, PoolConfig.fixed(1).build())) {
      var returned = pool.submit(NAME).join();
      assertShows(
          "EXPORT", assertThrows(IllegalStateException.class, returned::asInt).getMessage());
    }
  }
}
