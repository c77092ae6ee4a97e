package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.Hammer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObservedMemoryTest {
  private final RecordingObserver observer = new RecordingObserver();
  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 2, true), observer);

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void everyAccessorReportsExactlyOnce() {
    for (Accessor accessor : Accessor.values()) {
      accessor.apply(memory, 64, 0, 1);
      List<String> events = observer.take();
      assertEquals(1, events.size(), () -> accessor + ": " + events);
    }
  }

  @Test
  void reportsKindWidthAddressAndValue() {
    memory.setShort(2, (short) -2);
    memory.getShort(2);
    memory.setIntVolatile(8, 5);
    memory.getAndAddInt(8, 3);
    memory.getAndAddByte(2, (byte) 127);
    memory.compareAndExchangeInt(8, 8, 9);
    memory.compareAndExchangeInt(8, 8, 10);
    memory.compareAndSetLong(8, 9, 11);
    assertEquals(
        List.of(
            "plain store 2@2: -2",
            "plain load 2@2: -2",
            "atomic store 4@8: 5",
            "update 4@8: 5 -> 8",
            "update 1@2: -2 -> 125",
            "update 4@8: 8 -> 9",
            "atomic load 4@8: 9",
            "update 8@8: 9 -> 11"),
        observer.take());
  }

  @Test
  void slicesAreReportedWhenTheyAreMade() {
    memory.writableSlice(24, 4).putInt(0, 7);
    List<String> written = observer.take();
    memory.readOnlySlice(24, 4).getInt(0);
    List<String> read = observer.take();
    memory.fill(24, (byte) 0, 4);
    assertEquals(observer.take(), written);
    memory.read(24, new byte[4], 0, 4);
    assertEquals(observer.take(), read);
  }

  @Test
  void reportsBulkAccessesAndText() {
    memory.fill(10, (byte) 1, 4);
    memory.copy(20, 10, 4);
    memory.setUtf8(30, "abc");
    memory.getUtf8(30, 3);
    assertEquals(
        List.of("write 4@10", "read 4@10", "write 4@20", "write 3@30", "read 3@30"),
        observer.take());
  }

  @Test
  void reportsWaitsNotifiesFencesAndGrowth() throws InterruptedException {
    memory.wait32(8, 1, 7);
    memory.wait64(8, 0, 0);
    memory.notify(8, 3);
    memory.fence();
    memory.grow(1);
    memory.grow(1);
    assertEquals(
        List.of(
            "wait 4@8: 1, 7 ns",
            "waited 4@8: NOT_EQUAL",
            "wait 8@8: 0, 0 ns",
            "waited 8@8: TIMED_OUT",
            "notify @8: 0 of 3",
            "fence",
            "grow 1 -> 2"),
        observer.take());
  }

  @Test
  void viewsAreObservedToo() {
    MemoryView view = MemoryView.of(memory, ActiveData.WRITE);
    view.writeI32(4, 6);
    view.atomicAddShort(4, (short) 1);
    view.atomicFence();
    assertEquals(List.of("plain store 4@4: 6", "update 2@4: 6 -> 7", "fence"), observer.take());
  }

  @Test
  void trappingAccessIsNotReported() {
    assertThrows(MemoryTrap.class, () -> memory.setInt(65_536, 1));
    assertThrows(MemoryTrap.class, () -> memory.getAndAddInt(2, 1));
    assertThrows(MemoryTrap.class, () -> memory.fill(65_536, (byte) 1, 1));
    assertEquals(List.of(), observer.take());
  }

  @Test
  void atomicReportsComeInOrderOfEffect() throws InterruptedException {
    List<Long> seen = Collections.synchronizedList(new ArrayList<>());
    MemoryObserver order =
        new MemoryObserver() {
          @Override
          public void onLoad(int address, int width, boolean atomic, long value) {}

          @Override
          public void onStore(int address, int width, boolean atomic, long value) {}

          @Override
          public void onUpdate(int address, int width, long before, long after) {
            seen.add(before);
          }

          @Override
          public void onBulkRead(int address, int length) {}

          @Override
          public void onBulkWrite(int address, int length) {}
        };
    try (LinearMemory observed = LinearMemory.create(new MemoryType(1, 1, true), order)) {
      Hammer.strike(
          4,
          thread -> {
            for (int i = 0; i < 5_000; i++) {
              observed.getAndAddInt(8, 1);
            }
          });
    }
    for (int i = 0; i < 20_000; i++) {
      assertEquals(i, seen.get(i));
    }
  }
}
