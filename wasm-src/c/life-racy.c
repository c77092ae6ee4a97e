/*
 * Life, racy: the same grid as in life.c, done wrong on purpose.
 *
 * What is wrong: there is no barrier between the generations. A thread that is ahead reads rows of
 * its neighbours' bands that are still of an older generation, or half written, and one that is
 * behind finds that the rows it needs have been written over. All is well within a band: only cells
 * near its edge go wrong at first, one row further in with every generation. With one thread the
 * result is right, and with several it often is too, when they happen to run one at a time.
 *
 *   generation      0      1      2
 *   thread 0     ------+------+------+--
 *   thread 1     ----+----+----+----+----      reads what is no longer, or not yet, of its generation
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
  const int64_t last = generations_of(generations);
  for (int64_t now = 0; now < last; now++) {
    step_band(now, begin, end); /* and here everybody should wait for everybody */
  }
  if (thread == 0) {
    atomic_store(&grid->generation, last);
  }
}

EXPORT("finish") void finish(int32_t threads) {
  (void)threads;
  finish_grid();
}
