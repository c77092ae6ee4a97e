package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.Hammer;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AtomicCountsTest {
  private final AtomicCounts counts = new AtomicCounts();
  private final LinearMemory memory =
      LinearMemory.create(new MemoryType(1, 2, true), List.of(), Optional.of(counts));

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void everyAtomicInstructionCountsOnce() throws ReflectiveOperationException {
    MemoryView view = MemoryView.of(memory, ActiveData.WRITE);
    List<Method> atomics =
        Stream.of(MemoryView.class.getDeclaredMethods())
            .filter(method -> method.getName().startsWith("atomic"))
            .filter(method -> !method.getName().matches("atomicWait|atomicNotify"))
            .toList();
    assertEquals(4 * 8 + 1, atomics.size());
    int executed = 0;
    for (Method atomic : atomics) {
      atomic.invoke(view, Stream.of(atomic.getParameterTypes()).map(this::zero).toArray());
      executed++;
      assertEquals(executed, counts.ofCurrentThread().atomics(), atomic::toString);
    }
  }

  private Object zero(Class<?> type) {
    if (type == byte.class) {
      return (byte) 0;
    }
    if (type == short.class) {
      return (short) 0;
    }
    return type == int.class ? (Object) 0 : (Object) 0L;
  }

  @Test
  void nothingElseCounts() throws InterruptedException {
    MemoryView view = MemoryView.of(memory, ActiveData.WRITE);
    view.writeI32(0, 1);
    view.readInt(0);
    view.fill((byte) 1, 8, 16);
    view.atomicWait(0, 0, 0L);
    view.atomicNotify(0, 1);
    assertEquals(0, counts.ofCurrentThread().atomics());
  }

  @Test
  void eachThreadHasItsOwnCount() throws InterruptedException {
    Hammer.strike(
        4,
        thread -> {
          MemoryView view = MemoryView.of(memory, ActiveData.SKIP);
          for (int i = 0; i < 1000 * (thread + 1); i++) {
            view.atomicAddInt(8, 1);
          }
          assertEquals(1000 * (thread + 1), counts.ofCurrentThread().atomics());
        });
    assertEquals(10_000, memory.getInt(8));
    assertEquals(0, counts.ofCurrentThread().atomics());
  }

  @Test
  void theMemoryIsMeasuredAsItIsNow() {
    assertEquals(0, counts.ofCurrentThread().memoryBytes());
    MemoryView view = MemoryView.of(memory, ActiveData.WRITE);
    view.grow(1);
    assertEquals(2 * MemoryType.PAGE_SIZE, counts.ofCurrentThread().memoryBytes());
  }
}
