package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loops that never end, whatever branch closes them, end when their thread is interrupted. */
@Timeout(120)
final class GuestInterruptTest {
  /** Two functions that count at address 0 for ever; what closes the loop is their name. */
  private static final String MODULE =
      "0061736d0100000001040160000003030200000503010001071d03066d656d6f727902000562725f69660000"
          + "0862725f7461626c6500010a3102160003404100410028020041016a36020041010d000b0b1800034041"
          + "00410028020041016a36020041010e0100000b0b";

  @ParameterizedTest
  @CsvSource({
    "INTERPRETER, br_if, false",
    "INTERPRETER, br_table, false",
    "INTERPRETER, br_if, true",
    "COMPILER, br_if, false",
    "COMPILER, br_table, false",
    "COMPILER, br_if, true"
  })
  void anInterruptEndsIt(Engine engine, String export, boolean locating)
      throws InterruptedException {
    GuestModule module = GuestModule.of("counts.wasm", HexFormat.of().parseHex(MODULE));
    LinearMemory memory = MemoryLimit.NONE.create(module.name(), module.memory().orElseThrow());
    Guest guest =
        new Linker(module, engine, List.of(), TableLimit.DEFAULT, MemoryLimit.NONE, locating)
            .instantiate(Optional.of(memory), ActiveData.WRITE);
    var thrown = new AtomicReference<Throwable>();
    var running = new Thread(() -> guest.call(export), "GuestInterruptTest#" + export);
    running.setDaemon(true);
    running.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
    running.start();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    // Into the loop, for the flag is looked at when the function is called, too.
    while (memory.getIntVolatile(0) == 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertNotEquals(0, memory.getIntVolatile(0), "it does not run");
    running.interrupt();
    running.join(Duration.ofSeconds(30).toMillis());
    assertFalse(running.isAlive(), "it still runs");
    assertInstanceOf(GuestInterrupted.class, thrown.get());
  }
}
