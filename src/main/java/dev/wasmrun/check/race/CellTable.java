package dev.wasmrun.check.race;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Something for each aligned 8-byte cell of a memory, made where it is needed only.
 *
 * <p>What one thread sets another may miss as long as nothing orders the two; a missed change looks
 * like the value before it.
 */
final class CellTable<T> {
  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Object[].class);
  private static final int CELLS_PER_PAGE = 8192;
  private static final int PAGES = 65536;

  private final AtomicReferenceArray<Object[]> pages = new AtomicReferenceArray<>(PAGES);

  /**
   * What is there for a cell, null for nothing. Plain: what the value refers to may not be visible
   * yet, unless the caller holds the lock under which it was set.
   */
  @SuppressWarnings("unchecked") // only set stores values
  T get(int cell) {
    Object[] page = pages.getPlain(cell / CELLS_PER_PAGE);
    return page == null ? null : (T) page[cell % CELLS_PER_PAGE];
  }

  /** Like {@link #get}, but what the value refers to is visible as it was when it was set. */
  @SuppressWarnings("unchecked") // only set stores values
  T getAcquire(int cell) {
    Object[] page = pages.getAcquire(cell / CELLS_PER_PAGE);
    return page == null ? null : (T) ELEMENT.getAcquire(page, cell % CELLS_PER_PAGE);
  }

  /**
   * The first cell from one on, and before another, that something may be there for; or the end.
   */
  int next(int from, int end) {
    int cell = from;
    while (cell < end && pages.getAcquire(cell / CELLS_PER_PAGE) == null) {
      cell = (cell / CELLS_PER_PAGE + 1) * CELLS_PER_PAGE;
    }
    return Math.min(cell, end);
  }

  void setRelease(int cell, T value) {
    int index = cell / CELLS_PER_PAGE;
    Object[] page = pages.getAcquire(index);
    if (page == null) {
      pages.compareAndSet(index, null, new Object[CELLS_PER_PAGE]);
      page = pages.getAcquire(index);
    }
    ELEMENT.setRelease(page, cell % CELLS_PER_PAGE, value);
  }
}
