/*
 * Notify order: threads that sleep on one word are woken in the order in which they came.
 *
 * Thread 0 conducts, all others are waiters. In each round it calls them one after the other, in an
 * order that changes from round to round, to sleep on the word; then it wakes them one at a time and
 * looks whether they wake in that order.
 *
 * How can it know that a waiter sleeps before it calls the next? Nothing tells, but wait itself
 * does: it compares and falls asleep in one step. The conductor changes the word before each call,
 * so a waiter that has not fallen asleep by then finds another value than it expects, and does not
 * fall asleep at all. A round in which every waiter was woken is thus one in which they came in
 * order; a round in which one came late is repeated, with a longer pause after each call.
 *
 *   conductor  word = 7 -- call A ----------- word = 8 -- call B --- ..   notify 1 -- notify 1 -- ..
 *   A                        +- wait(word, 7)                               +- woken
 *   B                                                       +- wait(word, 8)            +- woken
 *
 * When is the order not guaranteed?
 *
 *   - Waking is not running. With argument latency the program wakes all waiters by one notify, too:
 *     it wakes them in order, but which of them runs first is for the scheduler to say. The result is
 *     a picture of how long after the notify the waiters at each place in the queue ran.
 *   - Arriving is not what one sees from outside. Had the conductor not changed the word, a waiter
 *     called first might fall asleep last, and would rightly be woken last.
 *   - There is a queue for each address: nothing orders those who sleep on different words.
 *   - Whoever times out leaves the queue, and comes back at its end. A lock made of wait and notify is
 *     not fair either: who is woken has to compete with those that come along awake.
 *
 *   address  1024        1028        1032         1036            1040
 *           +-----------+-----------+------------+---------------+---------------+
 *           | word: i32 | pause:i32 | woken: i32 | reported: i32 | in_order: i64 |
 *           +-----------+-----------+------------+---------------+---------------+
 *             atomic                                               conductor's own
 *            1048                1056            1064               1072             2096
 *           +-------------------+---------------+------------------+----------------+----------+----+-- 0x400000
 *           | ran_in_order: i64 | repeated: i64 | notified_at: i64 | histogram: i64 | record 0 | .. |
 *           +-------------------+---------------+------------------+----------------+----------+----+--
 *             conductor's own                     atomic             conductor's own: 8 positions of
 *                                                                    16 buckets
 *   word          what the waiters sleep on
 *   pause         what the conductor sleeps on for a while; nobody notifies it
 *   woken         how many waiters of this round have been woken
 *   reported      how many have been woken or came late
 *   in_order      rounds in which waiters were woken in the order in which they came
 *   ran_in_order  rounds in which they ran in this order after one notify for all
 *   repeated      rounds that were repeated
 *   notified_at   when that notify was, in nanoseconds
 *   record        {called: i32, thread: i32, latency: i64}; called and latency are those of waiter
 *                 i + 1, thread is the waiter that woke as number i; called is atomic, the others
 *                 are plain and read after everybody has reported
 */
#include "sync.h"

#define POSITIONS 8
#define BUCKETS 16

struct record {
  _Atomic uint32_t called;
  uint32_t thread;
  int64_t latency;
};

struct shared {
  _Atomic uint32_t word;
  _Atomic uint32_t pause;
  _Atomic uint32_t woken;
  _Atomic uint32_t reported;
  uint64_t in_order;
  uint64_t ran_in_order;
  uint64_t repeated;
  _Atomic int64_t notified_at;
  uint64_t histogram[POSITIONS][BUCKETS];
  struct record records[];
};

_Static_assert(sizeof(struct shared) == 1072, "the records begin at 2096");

enum { IDLE, COME, END };

#define CAPACITY ((BLOCK_END - BLOCK - sizeof(struct shared)) / sizeof(struct record))
#define DEFAULT_ROUNDS 100
#define SHORTEST_PAUSE 50000 /* nanoseconds */
#define MOST_DOUBLINGS 8
#define LONGEST_BAR 40 /* of as many waiters as there are rounds */

static struct shared *const shared = (struct shared *)BLOCK;

/* The conductor */

/* Which waiter, from 0, is called as number place: in even rounds upwards, in odd ones downwards. */
static uint32_t arrival(int64_t round, uint32_t place, uint32_t waiters) {
  const uint32_t first = (uint32_t)(round % waiters);
  const uint32_t forward = (first + place) % waiters;
  return round % 2 == 0 ? forward : waiters - 1 - forward;
}

/* Has a waiter come, and returns when it is about to sleep. */
static void call(uint32_t waiter) {
  _Atomic uint32_t *const called = &shared->records[waiter].called;
  atomic_fetch_add(&shared->word, 1);
  atomic_store(called, COME);
  word_notify(called, 1);
  while (atomic_load(called) == COME) {
    word_wait(called, COME, FOR_EVER);
  }
}

/* Waits until a count that rises with every report, or before it, is at least so much. */
static void await_at_least(_Atomic uint32_t *count, uint32_t least) {
  for (;;) {
    const uint32_t reported = atomic_load(&shared->reported);
    if (atomic_load(count) >= least) {
      return;
    }
    word_wait(&shared->reported, reported, FOR_EVER);
  }
}

static bool wake_one_by_one(uint32_t waiters) {
  for (uint32_t place = 0; place < waiters; place++) {
    if (word_notify(&shared->word, 1) == 0) {
      return false; /* one that came late is missing */
    }
    await_at_least(&shared->woken, place + 1);
  }
  return true;
}

static bool wake_together(uint32_t waiters) {
  atomic_store(&shared->notified_at, now());
  return word_notify(&shared->word, ALL) == waiters;
}

/* Whether all waiters came in time and were woken. */
static bool play_round(int64_t round, uint32_t waiters, int attempt, bool together) {
  atomic_store(&shared->woken, 0);
  atomic_store(&shared->reported, 0);
  for (uint32_t place = 0; place < waiters; place++) {
    call(arrival(round, place, waiters));
    if (attempt > 0) {
      const int longer = attempt <= MOST_DOUBLINGS ? attempt - 1 : MOST_DOUBLINGS;
      word_wait(&shared->pause, 0, (int64_t)SHORTEST_PAUSE << longer);
    }
  }
  atomic_fetch_add(&shared->word, 1); /* nobody falls asleep from here on */
  const bool complete = together ? wake_together(waiters) : wake_one_by_one(waiters);
  await_at_least(&shared->reported, waiters);
  return complete;
}

static void repeat_until_in_time(int64_t round, uint32_t waiters, bool together) {
  for (int attempt = 0; !play_round(round, waiters, attempt, together); attempt++) {
    shared->repeated++;
  }
}

static bool is_in_order(int64_t round, uint32_t waiters) {
  for (uint32_t place = 0; place < waiters; place++) {
    if (shared->records[place].thread != arrival(round, place, waiters) + 1) {
      return false;
    }
  }
  return true;
}

/* 0 is up to a microsecond of 1024 ns, and each further bucket twice as much as the one before. */
static uint32_t bucket_of(int64_t nanos) {
  uint32_t bucket = 0;
  for (uint64_t left = (uint64_t)nanos >> 10; left != 0 && bucket < BUCKETS - 1; left >>= 1) {
    bucket++;
  }
  return bucket;
}

static void note_latencies(int64_t round, uint32_t waiters) {
  for (uint32_t place = 0; place < waiters; place++) {
    const int64_t latency = shared->records[arrival(round, place, waiters)].latency;
    const uint32_t position = place < POSITIONS ? place : POSITIONS - 1;
    shared->histogram[position][bucket_of(latency)]++;
  }
}

static void conduct(uint32_t waiters, int64_t rounds, bool latency) {
  for (int64_t round = 0; round < rounds; round++) {
    repeat_until_in_time(round, waiters, false);
    if (is_in_order(round, waiters)) {
      shared->in_order++;
    }
  }
  for (int64_t round = 0; latency && round < rounds; round++) {
    repeat_until_in_time(round, waiters, true);
    if (is_in_order(round, waiters)) {
      shared->ran_in_order++;
    }
    note_latencies(round, waiters);
  }
  for (uint32_t waiter = 0; waiter < waiters; waiter++) {
    atomic_store(&shared->records[waiter].called, END);
    word_notify(&shared->records[waiter].called, 1);
  }
}

/* The waiters */

/* Sleeps once and reports how it ended; false when it is not called any more. */
static bool come_when_called(uint32_t thread) {
  struct record *const own = &shared->records[thread - 1];
  while (atomic_load(&own->called) == IDLE) {
    word_wait(&own->called, IDLE, FOR_EVER);
  }
  if (atomic_load(&own->called) == END) {
    return false;
  }
  const uint32_t expected = atomic_load(&shared->word);
  atomic_store(&own->called, IDLE);
  word_notify(&own->called, 1);
  if (word_wait(&shared->word, expected, FOR_EVER) == WOKEN) {
    own->latency = now() - atomic_load(&shared->notified_at);
    shared->records[atomic_fetch_add(&shared->woken, 1)].thread = thread;
  }
  atomic_fetch_add(&shared->reported, 1);
  word_notify(&shared->reported, 1);
  return true;
}

/* Printing */

/* A line for each latency that was seen at each place in the queue, the last for all behind it. */
static void print_histogram(uint64_t rounds) {
  print("place  under us  waiters\n");
  for (uint32_t position = 0; position < POSITIONS; position++) {
    bool first = true;
    for (uint32_t bucket = 0; bucket < BUCKETS; bucket++) {
      const uint64_t count = shared->histogram[position][bucket];
      if (count == 0) {
        continue;
      }
      if (first) {
        print_right(position + 1, 4);
        print(position == POSITIONS - 1 ? "+" : " ");
      } else {
        print("     "); /* the same place */
      }
      first = false;
      if (bucket == BUCKETS - 1) {
        print("      more");
      } else {
        print_right(1u << bucket, 10);
      }
      print_right(count, 9);
      print("  ");
      const uint64_t length = (count * LONGEST_BAR + rounds - 1) / rounds;
      for (uint64_t i = 0; i < length && i < LONGEST_BAR; i++) {
        print("#");
      }
      print("\n");
    }
  }
}

EXPORT("setup") void setup(int32_t threads, int64_t rounds, int64_t latency) {
  (void)latency;
  count_or(DEFAULT_ROUNDS, rounds); /* a wrong argument ends the run here, in one thread */
  if ((uint32_t)(threads - 1) > CAPACITY) {
    fail("there are records for at most 262013 waiters");
  }
  __builtin_memset(shared, 0,
                   sizeof(struct shared) + (uint32_t)(threads - 1) * sizeof(struct record));
}

EXPORT("work") void work(int32_t thread, int32_t threads, int64_t rounds, int64_t latency) {
  if (thread == 0) {
    conduct((uint32_t)(threads - 1), count_or(DEFAULT_ROUNDS, rounds), latency != 0);
  } else {
    while (come_when_called((uint32_t)thread)) {
    }
  }
}

EXPORT("finish") void finish(int32_t threads, int64_t rounds, int64_t latency) {
  const int64_t total = count_or(DEFAULT_ROUNDS, rounds);
  print_number("rounds", (uint64_t)total);
  print_number("in-order", shared->in_order);
  if (latency == 0) {
    for (int32_t i = 0; i < threads - 1; i++) {
      emit(shared->records[i].thread);
    }
    return;
  }
  print_number("ran-in-order", shared->ran_in_order);
  print_number("repeated", shared->repeated);
  print_histogram((uint64_t)total);
}
