/*
 * Thread pool: one thread hands out tasks, the others do them.
 *
 * Every worker has a queue of its own, and thread 0, the dispatcher, chooses a queue for each task by
 * one of three strategies. When a task takes as long as any other, they are all alike. When one in
 * eight takes sixteen times as long, taking turns piles up tasks behind a worker that has a long one
 * while others have nothing to do: to choose the least busy one avoids that. The argument details
 * shows it, as a bar for each worker: how much of its time it was busy. The sum of the results is
 * always the same.
 *
 *                        +-> queue -> worker 0 = thread 1
 *   thread 0, dispatcher +-> queue -> worker 1 = thread 2
 *                        +-> queue -> worker 2 = thread 3        a thread that is alone is both
 *
 *   address  1024     1184            21504
 *           +--------+--------+-----+-----+--------+--------+-----+--------- 0x400000
 *           | lane 0 | lane 1 | ... | 127 | task 0 | task 1 | ... | 260799
 *           +--------+--------+-----+-----+--------+--------+-----+---------
 *
 *   lane  +0                 +4          +8             +12      +16
 *        +------------------+-----------+--------------+--------+
 *        | outstanding: i32 | next: i32 | current: i32 | unused |
 *        +-----------+------+----+------+-----+--------+--+-----+-----+--------+-------+
 *        | done: i64 | turns: i64 | waits: i64 | idle: i64 | time: i64 | unused | queue |
 *        +-----------+------------+------------+-----------+-----------+--------+-------+
 *         +16         +24          +32          +40         +48         +56      +64: ring.h, of 64 bytes
 *
 *   outstanding  atomic: tasks that this worker has been given and has not done
 *   next         the number of the task that the dispatcher puts into this queue
 *   current      the number of the task that the worker has taken from it; it alone writes what follows
 *   done, turns  tasks that it has done, and the turns of work in them
 *   waits, idle  how often it had to wait for a task, and how many nanoseconds
 *   time         the nanoseconds from its begin to its end, idle or busy
 *
 *   task  +0          +4            +8
 *        +-----------+-------------+-------------+
 *        | cost: i32 | worker: i32 | result: i64 |   turns of work; who has done it, and what came out
 *        +-----------+-------------+-------------+
 */
#include "random.h"
#include "ring.h"

#define MAX_WORKERS 128
#define QUEUE_CAPACITY 64

struct lane {
  _Atomic uint32_t outstanding;
  uint32_t next;
  uint32_t current;
  uint32_t unused;
  uint64_t done;
  uint64_t turns;
  uint64_t waits;
  uint64_t idle;
  uint64_t time;
  uint64_t unused_too;
  union {
    struct ring queue;
    uint8_t queue_size[sizeof(struct ring) + QUEUE_CAPACITY];
  };
};

struct task {
  uint32_t cost;
  int32_t worker;
  uint64_t result;
};

struct shared {
  struct lane lanes[MAX_WORKERS];
  struct task tasks[];
};

_Static_assert(sizeof(struct lane) == 160, "a lane ends at +160");
_Static_assert(sizeof(struct shared) == 20480, "the tasks begin at 21504");

#define CAPACITY ((int64_t)((BLOCK_END - BLOCK - sizeof(struct shared)) / sizeof(struct task)))

enum strategy { STRATEGY_DEFAULT, ROUND_ROBIN, RANDOM, LEAST_BUSY };
enum load { LOAD_DEFAULT, FIXED, SKEWED };

#define SKEW 16
#define DEFAULT_TASKS 1000
#define DEFAULT_EFFORT 1000
#define LARGEST_EFFORT 100000000
#define LONGEST_BAR 30

static struct shared *const shared = (struct shared *)BLOCK;

static int32_t workers_of(int32_t threads) {
  return threads > 1 ? threads - 1 : 1;
}

static void perform(int32_t worker, uint32_t number) {
  struct task *const task = &shared->tasks[number];
  uint64_t result = 0;
  for (uint32_t turn = 0; turn < task->cost; turn++) {
    result = digest_of(result, number);
  }
  task->worker = worker;
  task->result = result;
  shared->lanes[worker].done++;
  shared->lanes[worker].turns += task->cost;
}

static int32_t least_busy(int32_t workers) {
  int32_t chosen = 0;
  uint32_t fewest = UINT32_MAX;
  for (int32_t worker = 0; worker < workers; worker++) {
    const uint32_t outstanding = atomic_load(&shared->lanes[worker].outstanding);
    if (outstanding < fewest) {
      fewest = outstanding;
      chosen = worker;
    }
  }
  return chosen;
}

static int32_t choose(uint32_t number, int32_t workers, uint64_t strategy, uint64_t seed) {
  switch (strategy) {
    case RANDOM:
      return (int32_t)(random_at(~seed, number) % (uint32_t)workers);
    case LEAST_BUSY:
      return least_busy(workers);
    default:
      return (int32_t)(number % (uint32_t)workers);
  }
}

/* Distributes the tasks, then closes the queues. A full queue makes the dispatcher wait. */
static void dispatch(uint32_t count, int32_t workers, uint64_t strategy, uint64_t seed) {
  for (uint32_t number = 0; number < count; number++) {
    struct lane *const lane = &shared->lanes[choose(number, workers, strategy, seed)];
    atomic_fetch_add(&lane->outstanding, 1);
    lane->next = number;
    ring_put(&lane->queue, &lane->next, sizeof lane->next);
  }
  for (int32_t worker = 0; worker < workers; worker++) {
    ring_close(&shared->lanes[worker].queue);
  }
}

/* The work of a worker: until its queue is closed and empty. */
static void do_what_comes(int32_t worker) {
  struct lane *const lane = &shared->lanes[worker];
  for (;;) {
    int32_t taken = ring_try_take(&lane->queue, &lane->current, sizeof lane->current);
    if (taken == RING_EMPTY) {
      const int64_t start = now();
      taken = ring_take(&lane->queue, &lane->current, sizeof lane->current);
      lane->waits++;
      lane->idle += (uint64_t)(now() - start);
    }
    if (taken == RING_ENDED) {
      return;
    }
    perform(worker, lane->current);
    atomic_fetch_sub(&lane->outstanding, 1);
  }
}

static void do_queued(struct lane *lane) {
  while (ring_try_take(&lane->queue, &lane->current, sizeof lane->current) > 0) {
    perform(0, lane->current);
  }
}

/* All the work, of a thread that is alone: whenever the queue is full, it does what is in it. */
static void do_all(uint32_t count) {
  struct lane *const lane = &shared->lanes[0];
  for (uint32_t number = 0; number < count; number++) {
    lane->next = number;
    while (!ring_try_put(&lane->queue, &lane->next, sizeof lane->next)) {
      do_queued(lane);
    }
  }
  do_queued(lane);
}

EXPORT("setup")
void setup(int32_t threads, int64_t tasks, uint64_t strategy, uint64_t load, int64_t effort,
           uint64_t seed) {
  const int64_t count = count_or(DEFAULT_TASKS, tasks);
  const int64_t turns = count_or(DEFAULT_EFFORT, effort);
  if (workers_of(threads) > MAX_WORKERS) {
    fail("there are queues for 128 workers, not for more");
  }
  if (count > CAPACITY) {
    fail("there is room for 260800 tasks, not for more");
  }
  if (turns > LARGEST_EFFORT) {
    fail("a task takes at most 100000000 turns");
  }
  if (strategy > LEAST_BUSY) {
    fail("strategy is 1 round-robin, 2 random or 3 least busy");
  }
  if (load > SKEWED) {
    fail("load is 1 fixed or 2 skewed");
  }
  __builtin_memset(shared->lanes, 0, sizeof shared->lanes);
  for (int32_t worker = 0; worker < MAX_WORKERS; worker++) {
    ring_setup(&shared->lanes[worker].queue, QUEUE_CAPACITY);
  }
  for (uint32_t number = 0; number < count; number++) {
    const bool is_long = load == SKEWED && (random_at(seed, number) & 7) == 0;
    shared->tasks[number].cost = (uint32_t)turns * (is_long ? SKEW : 1);
  }
}

EXPORT("work")
void work(int32_t thread, int32_t threads, int64_t tasks, uint64_t strategy, uint64_t load,
          int64_t effort, uint64_t seed) {
  (void)load, (void)effort;
  const uint32_t count = (uint32_t)count_or(DEFAULT_TASKS, tasks);
  if (thread == 0 && threads > 1) {
    dispatch(count, workers_of(threads), strategy, seed);
    return;
  }
  const int32_t worker = threads == 1 ? 0 : thread - 1;
  const int64_t start = now();
  if (threads == 1) {
    do_all(count);
  } else {
    do_what_comes(worker);
  }
  shared->lanes[worker].time = (uint64_t)(now() - start);
}

/* A line for each worker, with a bar of which the part with # is the part of its time it was busy. */
static void print_details(int32_t workers) {
  print("worker  # busy, . idle                  busy %   idle us  waits  tasks       turns\n");
  for (int32_t worker = 0; worker < workers; worker++) {
    const struct lane *const lane = &shared->lanes[worker];
    const uint64_t time = lane->time > 0 ? lane->time : 1;
    const uint64_t busy = lane->idle < time ? time - lane->idle : 0;
    const uint64_t length = (busy * LONGEST_BAR + time / 2) / time;
    print_right((uint64_t)worker, 6);
    print("  ");
    for (uint64_t i = 0; i < LONGEST_BAR; i++) {
      print(i < length ? "#" : ".");
    }
    print_right((busy * 100 + time / 2) / time, 8);
    print_right(lane->idle / 1000, 10);
    print_right(lane->waits, 7);
    print_right(lane->done, 7);
    print_right(lane->turns, 12);
    print("\n");
  }
}

EXPORT("finish")
void finish(int32_t threads, int64_t tasks, uint64_t strategy, uint64_t load, int64_t effort,
            uint64_t seed, uint64_t details) {
  (void)strategy, (void)load, (void)effort, (void)seed;
  const uint32_t count = (uint32_t)count_or(DEFAULT_TASKS, tasks);
  const int32_t workers = workers_of(threads);
  uint64_t done = 0;
  for (int32_t worker = 0; worker < workers; worker++) {
    done += shared->lanes[worker].done;
  }
  uint64_t sum = 0;
  for (uint32_t number = 0; number < count; number++) {
    sum += shared->tasks[number].result;
  }
  print_number("done", done);
  print_number("sum", sum);
  if (details != 0) {
    print_details(workers);
  }
}
