package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class SharedReadWriteLockTest {
  private static final int RIN = 1024;
  private static final int ROUT = RIN + 4;
  private static final int WIN = RIN + 8;
  private static final int WOUT = RIN + 12;
  private static final int FIRST = 2048;
  private static final int SECOND = 2056;

  private final LinearMemory memory = LinearMemory.create(new MemoryType(1, 1, true));
  private final SharedReadWriteLock lock = new SharedReadWriteLock(memory, RIN);

  @AfterEach
  void close() {
    assertEquals(0, memory.waiters().size());
    memory.close();
  }

  @Test
  void readersReadTogether() throws Exception {
    lock.lockRead();
    lock.lockRead();
    lock.unlockRead();
    lock.unlockRead();
    lock.lockWrite();
  }

  @Test
  void aWaitingWriterGoesBeforeReadersThatComeLater() throws Throwable {
    lock.lockRead();
    var writer = Sleeper.on(memory, ROUT, lock::lockWrite);
    var reader = Sleeper.on(memory, RIN, lock::lockRead);
    lock.unlockRead();
    writer.join();
    assertFalse(reader.isDone());
    lock.unlockWrite();
    reader.join();
  }

  @Test
  void readersThatCameDuringAWriteGoBeforeTheNextWriter() throws Throwable {
    lock.lockWrite();
    var writer = Sleeper.on(memory, WOUT, lock::lockWrite);
    var reader = Sleeper.on(memory, RIN, lock::lockRead);
    lock.unlockWrite();
    reader.join();
    assertFalse(writer.isDone());
    lock.unlockRead();
    writer.join();
  }

  @Test
  void writersGoInTheOrderInWhichTheyCame() throws Throwable {
    lock.lockWrite();
    var first = Sleeper.on(memory, WOUT, lock::lockWrite);
    var second = Sleeper.on(memory, WOUT, lock::lockWrite);
    lock.unlockWrite();
    first.join();
    assertFalse(second.isDone());
    lock.unlockWrite();
    second.join();
    lock.unlockWrite();
    lock.lockRead();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -3})
  void readersNeverSeeHalfAWriteAndNoWriteIsLost(int begin) throws Exception {
    // Also across the point where the counters wrap around: tickets before 0, and readers' counts.
    memory.setIntVolatile(WIN, begin);
    memory.setIntVolatile(WOUT, begin);
    memory.setIntVolatile(RIN, begin << 8);
    memory.setIntVolatile(ROUT, begin << 8);
    int threads = 6;
    int turns = 6_000;
    Hammer.strike(
        threads,
        thread -> {
          for (int turn = 0; turn < turns; turn++) {
            if ((turn + thread) % 3 == 0) {
              write();
            } else {
              read();
            }
          }
        });
    assertEquals(threads * turns / 3, memory.getLong(FIRST));
    assertEquals(memory.getIntVolatile(RIN), memory.getIntVolatile(ROUT));
    assertEquals(memory.getIntVolatile(WIN), memory.getIntVolatile(WOUT));
  }

  private void write() throws InterruptedException {
    lock.lockWrite();
    memory.setLong(FIRST, memory.getLong(FIRST) + 1);
    memory.setLong(SECOND, memory.getLong(SECOND) + 1);
    lock.unlockWrite();
  }

  private void read() throws InterruptedException {
    lock.lockRead();
    assertEquals(memory.getLong(FIRST), memory.getLong(SECOND));
    lock.unlockRead();
  }
}
