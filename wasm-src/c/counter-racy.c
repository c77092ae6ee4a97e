/*
 * Counter, racy: the same sum as counter.c, done wrong on purpose.
 *
 * What is wrong: load, add, store are three steps. Two threads may both load 41, both add 1 and both
 * store 42: two additions, of which one is lost. With one thread nothing is ever lost, which is why
 * such a mistake survives testing. Nothing orders the two threads, so this is a data race. volatile
 * does not help: it keeps the compiler from merging the turns of the loop into one addition, which
 * is why it is here, but it makes nothing atomic.
 *
 *   thread A   load 41 ------------ add -- store 42
 *   thread B        load 41 -- add -------------- store 42
 *
 *   address  1024
 *           +------------+
 *           | count: i32 |  plain: this is the mistake
 *           +------------+
 */
#include "host.h"

struct shared {
  volatile uint32_t count;
};

#define DEFAULT_INCREMENTS 1000000

static struct shared *const shared = (struct shared *)BLOCK;

EXPORT("setup") void setup(int32_t threads, int64_t increments) {
  (void)threads;
  count_or(DEFAULT_INCREMENTS, increments); /* a wrong argument ends the run here, in one thread */
  shared->count = 0;
}

EXPORT("work") void work(int32_t thread, int32_t threads, int64_t increments) {
  (void)thread, (void)threads;
  const int64_t total = count_or(DEFAULT_INCREMENTS, increments);
  for (int64_t i = 0; i < total; i++) {
    const uint32_t seen = shared->count;
    shared->count = seen + 1;
  }
}

EXPORT("finish") void finish(int32_t threads, int64_t increments) {
  const uint64_t expected = (uint64_t)(threads * count_or(DEFAULT_INCREMENTS, increments));
  const uint64_t counted = shared->count;
  print_number("expected", expected);
  print_number("counted", counted);
  print_number("lost", expected - counted);
}
