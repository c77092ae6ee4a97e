package dev.wasmrun.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmrun.compiler.runtime.Tables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A long instruction on a table ends soon after an interrupt, in the middle of what it does. */
class TableInterruptTest {
  private static final int SIZE = 1_000_000;
  private static final int INTERRUPTED_AFTER = 1000;
  private static final int SOON = 100_000;

  /** A table that has its user interrupted when so many elements have been set. */
  private static final class Interrupting extends TableInstance {
    private int set;

    Interrupting() {
      super(new Table(ValType.FuncRef, new TableLimits(SIZE)), -1);
    }

    @Override
    public void setRef(int index, int value, Instance instance) {
      super.setRef(index, value, instance);
      if (++set == INTERRUPTED_AFTER) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final Interrupting table = new Interrupting();

  @AfterEach
  void theFlagStaysSet() {
    assertTrue(Thread.interrupted());
    assertTrue(table.set >= INTERRUPTED_AFTER && table.set < SOON, () -> "set " + table.set);
  }

  @Test
  void fill() {
    assertThrows(ChicoryInterruptedException.class, () -> Tables.fill(0, 7, SIZE, table, null));
    assertEquals(7, table.ref(0));
  }

  @Test
  void copyUpwardsAndDownwards() {
    assertThrows(
        ChicoryInterruptedException.class, () -> Tables.copy(0, 1, SIZE - 1, table, table));
    assertTrue(Thread.interrupted());
    table.set = 0;
    assertThrows(
        ChicoryInterruptedException.class, () -> Tables.copy(1, 0, SIZE - 1, table, table));
  }
}
