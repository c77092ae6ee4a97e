package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.Hammer;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.MemoryOwner;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(240)
final class SnapshotTest {
  private static final int PAGE = 65536;

  private static Guest guest(String fixture, Engine engine, HostFunction... functions) {
    GuestModule module = Fixtures.module(fixture);
    var linker = new Linker(module, engine, List.of(functions));
    Guest guest =
        linker.instantiate(
            module.memory().map(asked -> MemoryLimit.NONE.create(module.name(), asked)),
            ActiveData.WRITE);
    guest.start();
    return guest;
  }

  private static int call(Guest guest, String export, long... args) {
    return (int) guest.call(export, args)[0];
  }

  private static String refusal(Guest guest) {
    return assertThrows(UsageException.class, () -> Snapshot.of(guest)).getMessage();
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void instancesBeginWhereTheSnapshotWasTaken(Engine engine) {
    Guest guest = guest("snapshot", engine);
    assertEquals(101, call(guest, "bump"));
    assertEquals(2, call(guest, "grow", 1));
    guest.call("poke", 3 * PAGE - 4, 5);
    assertEquals(4, call(guest, "extend", 3));
    guest.call("copy-elements", 2);
    try (var snapshot = Snapshot.of(guest)) {
      guest.call("poke", 1024, 0);
      assertEquals(102, call(guest, "bump"));
      guest.memory().close();
      for (int i = 0; i < 3; i++) {
        Guest fresh = snapshot.instantiate();
        assertEquals(7, call(fresh, "peek", 0), "the start function does not run again");
        assertEquals('a' | 'c' << 8 | 't' << 16 | 'i' << 24, call(fresh, "peek", 1024));
        assertEquals(5, call(fresh, "peek", 3 * PAGE - 4));
        assertEquals(3, call(fresh, "size"));
        assertEquals(102, call(fresh, "bump"));
        assertEquals(0x1_0000_0001L, fresh.call("wide")[0]);
        assertEquals(Double.doubleToRawLongBits(0.5), fresh.call("fraction")[0]);
        assertEquals(7, call(fresh, "elements"));
        int[] called = new int[6];
        for (int j = 1; j < 7; j++) {
          called[j - 1] = call(fresh, "call", j);
        }
        assertArrayEquals(new int[] {1, 1, 2, 2, 2, 2}, called);
        assertThrows(Trap.class, () -> fresh.call("call", 0));
        assertEquals(3, call(fresh, "grow", 5));
        assertEquals(-1, call(fresh, "grow", 1));
        fresh.call("poke", 8 * PAGE - 4, 9);
        fresh.call("poke", 1024, 1);
        assertEquals(9, call(fresh, "peek", 8 * PAGE - 4));
        fresh.memory().close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void instancesHaveNothingInCommon(Engine engine) {
    Guest guest = guest("snapshot", engine);
    try (var snapshot = Snapshot.of(guest)) {
      var instances = new ArrayList<Guest>();
      for (int i = 0; i < 20; i++) {
        Guest fresh = snapshot.instantiate();
        fresh.call("poke", 2048, i + 1);
        for (int j = 0; j < i; j++) {
          fresh.call("bump");
        }
        fresh.call("extend", i);
        instances.add(fresh);
      }
      for (int i = 0; i < 20; i++) {
        assertEquals(i + 1, call(instances.get(i), "peek", 2048));
        assertEquals(101 + i, call(instances.get(i), "bump"));
        assertEquals(4 + i, call(instances.get(i), "elements"));
      }
      assertEquals(0, call(guest, "peek", 2048));
      instances.forEach(instance -> instance.memory().close());
    }
    guest.memory().close();
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void droppedSegmentsStayDroppedAndOthersDoNot(Engine engine) {
    Guest guest = guest("snapshot", engine);
    guest.call("drop-data");
    try (var first = Snapshot.of(guest)) {
      Guest fresh = first.instantiate();
      assertThrows(Trap.class, () -> fresh.call("copy-data", 0));
      fresh.call("copy-elements", 0);
      assertEquals(2, call(fresh, "call", 1));
      fresh.call("drop-elements");
      try (var second = Snapshot.of(fresh)) {
        Guest later = second.instantiate();
        assertThrows(Trap.class, () -> later.call("copy-elements", 0));
        assertEquals(2, call(later, "call", 1));
        later.memory().close();
      }
      fresh.memory().close();
    }
    guest.memory().close();
  }

  @Test
  void instancesOutliveTheSnapshotAndItMakesNoMore() {
    Guest guest = guest("snapshot", Engine.COMPILER);
    var snapshot = Snapshot.of(guest);
    Guest fresh = snapshot.instantiate();
    snapshot.close();
    snapshot.close();
    guest.memory().close();
    assertEquals(7, call(fresh, "peek", 0));
    assertThrows(IllegalStateException.class, snapshot::instantiate);
    fresh.memory().close();
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void whatItCannotHoldIsRefused(Engine engine) {
    Guest global = guest("snapshot", engine);
    global.call("keep", 5);
    assertEquals(
        "cannot take a snapshot of snapshot.wasm: its global 4 refers to something of the host;"
            + " take it before",
        refusal(global));
    Guest table = guest("snapshot", engine);
    table.call("keep-in-table", 5);
    assertTrue(refusal(table).contains("element 1 of its table 1 refers to something"));
    Guest family = guest("snapshot", engine);
    family.sibling();
    assertTrue(refusal(family).contains("other threads use its memory"));
    var within = new AtomicReference<String>();
    Guest calling =
        guest(
            "start-asks-host",
            engine,
            new HostFunction(
                "host",
                "next",
                new Signature(List.of(), List.of(ValueType.I32)),
                (caller, args) -> {
                  within.set(refusal(caller));
                  return new long[] {1};
                }));
    assertTrue(within.get().contains("it is in a call"), within.get());
    List.of(global, table, family, calling).forEach(guest -> guest.memory().close());
  }

  @Test
  void tenThousandInstancesComeAndGo() throws InterruptedException {
    Guest guest = guest("snapshot", Engine.COMPILER);
    int expected = call(guest("snapshot", Engine.COMPILER), "work", 5_000);
    try (var snapshot = Snapshot.of(guest)) {
      Hammer.strike(
          4,
          thread -> {
            for (int i = 0; i < 2_500; i++) {
              Guest fresh = snapshot.instantiate();
              assertEquals(expected, call(fresh, "work", 5_000));
              if (i % 2 == 0) {
                MemoryOwner.closeUnused(fresh.memory());
              } else {
                fresh.memory().close();
              }
              assertThrows(HostFault.class, () -> fresh.call("work", 5_000));
              assertThrows(HostFault.class, () -> fresh.call("grow", 1));
            }
          });
    }
    guest.memory().close();
  }

  /** Were the range given back under it, the JVM would end. */
  @Test
  void memoryIsClosedUnderARunningThread() throws InterruptedException {
    Guest guest = guest("snapshot", Engine.COMPILER);
    try (var snapshot = Snapshot.of(guest)) {
      for (int i = 0; i < 50; i++) {
        Guest fresh = snapshot.instantiate();
        var failed = new AtomicReference<Throwable>();
        var thread = new Thread(() -> fresh.call("spin"), "spinning");
        thread.setUncaughtExceptionHandler((dead, e) -> failed.set(e));
        thread.start();
        while (fresh.memory().getInt(60_000) < 3 && thread.isAlive()) {
          Thread.onSpinWait();
        }
        fresh.memory().close();
        System.gc();
        thread.interrupt();
        thread.join();
        assertTrue(failed.get() instanceof GuestFailure, () -> "ended with " + failed.get());
        assertEquals(7, call(snapshot.instantiate(), "peek", 0));
      }
    }
    guest.memory().close();
  }

  @Test
  void interruptsBreakNoSnapshot() throws InterruptedException {
    Guest guest = guest("snapshot", Engine.COMPILER);
    var maker = new AtomicReference<Thread>();
    var over = new AtomicBoolean();
    try (var snapshot = Snapshot.of(guest)) {
      Hammer.strike(
          thread -> {
            maker.set(Thread.currentThread());
            try {
              for (int i = 0; i < 1_000; i++) {
                Guest fresh = snapshot.instantiate();
                assertEquals(7, fresh.memory().getInt(0));
                MemoryOwner.closeUnused(fresh.memory());
              }
            } finally {
              over.set(true);
            }
          },
          thread -> {
            while (!over.get()) {
              if (maker.get() != null) {
                maker.get().interrupt();
              }
              Thread.yield();
            }
          });
      assertTrue(snapshot.isShared());
    }
    guest.memory().close();
  }
}
