/*
 * Life: threads that work in step.
 *
 * Conway's Game of Life on a torus. Each thread has a band of rows, and computes its rows of the next
 * generation from the rows of this one: its own, and the nearest one of each neighbouring band. At
 * the end of a generation everybody waits at a barrier. That one barrier does for two things:
 *
 *   - nobody reads a row of the new generation before it has been written
 *   - nobody writes over a row of the old one that somebody else still has to read: the buffer of the
 *     old generation is written again only in the generation after, beyond the barrier
 *
 *   generation      0          1          2
 *   thread 0     -------+   +------+   +-----
 *   thread 1     --+    +---+      +---+          + a barrier: the slow are waited for
 *   thread 2     ------++   +----+ +   +---
 *
 * The memory diagram is in life-grid.h. Compare life-racy.c, which leaves the barrier out.
 */
#include "life-grid.h"

EXPORT("setup")
void setup(int32_t threads, int64_t rows, int64_t columns, int64_t generations, uint64_t pattern,
           uint64_t seed) {
  generations_of(generations); /* a wrong argument ends the run here, in one thread */
  setup_grid(threads, rows, columns, pattern, seed);
}

EXPORT("work")
void work(int32_t thread, int32_t threads, int64_t rows, int64_t columns, int64_t generations) {
  (void)rows, (void)columns;
  const int32_t begin = band_begin(thread, threads);
  const int32_t end = band_begin(thread + 1, threads);
  const int64_t first = atomic_load(&grid->generation);
  const int64_t last = first + generations_of(generations);
  for (int64_t now = first; now < last; now++) {
    step_band(now, begin, end);
    barrier_wait(&grid->barrier);
    if (thread == 0) {
      atomic_store(&grid->generation, now + 1);
    }
  }
}

EXPORT("finish") void finish(int32_t threads) {
  (void)threads;
  finish_grid();
}
