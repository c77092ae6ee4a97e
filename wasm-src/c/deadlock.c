/*
 * Deadlock: transfers between two accounts that lock them in opposite order, wrong on purpose.
 *
 * What is wrong: a transfer locks the account it takes from, then the one it gives to. Even threads
 * transfer from left to right, odd ones from right to left. So thread 0 holds left and waits for
 * right, while thread 1 holds right and waits for left: neither can go on, ever. As a rule this
 * needs bad luck, which is why it survives testing; here the threads meet while 0 and 1 hold one
 * mutex each, and it happens every time. One thread alone finishes. The cure is an order that all
 * threads keep to: lock left before right, whichever way the money goes.
 *
 *   thread 0   lock left  -- meet -- lock right .. for ever
 *   thread 1   lock right -- meet -- lock left  .. for ever
 *
 *   address  1024            1028             1032       1044      1048               1056
 *           +---------------+----------------+----------+--------+------------------+-------------------+
 *           | left mutex    | right mutex    | meeting  | unused | left money: i64  | right money: i64  |
 *           +---------------+----------------+----------+--------+------------------+-------------------+
 *             atomic          atomic           barrier             plain, each guarded by its mutex
 */
#include "sync.h"

struct shared {
  struct mutex left_mutex;
  struct mutex right_mutex;
  struct barrier meeting;
  uint32_t unused;
  int64_t left_money;
  int64_t right_money;
};

_Static_assert(sizeof(struct shared) == 40, "the money is at 1048 and 1056");

#define DEFAULT_TRANSFERS 1000

static struct shared *const shared = (struct shared *)BLOCK;

static void transfer(struct mutex *from_mutex, int64_t *from, struct mutex *to_mutex, int64_t *to,
                     bool meets) {
  mutex_lock(from_mutex);
  if (meets) {
    barrier_wait(&shared->meeting);
  }
  mutex_lock(to_mutex); /* while holding the other: this is the mistake */
  *from -= 1;
  *to += 1;
  mutex_unlock(to_mutex);
  mutex_unlock(from_mutex);
}

EXPORT("setup") void setup(int32_t threads, int64_t transfers) {
  const int64_t enough = threads * count_or(DEFAULT_TRANSFERS, transfers);
  mutex_setup(&shared->left_mutex);
  mutex_setup(&shared->right_mutex);
  barrier_setup(&shared->meeting, (uint32_t)threads);
  shared->left_money = enough;
  shared->right_money = enough;
}

EXPORT("work") void work(int32_t thread, int32_t threads, int64_t transfers) {
  (void)threads;
  const int64_t total = count_or(DEFAULT_TRANSFERS, transfers);
  if (thread > 1) {
    barrier_wait(&shared->meeting);
  }
  for (int64_t i = 0; i < total; i++) {
    const bool meets = i == 0 && thread <= 1;
    if (thread % 2 == 0) {
      transfer(&shared->left_mutex, &shared->left_money, &shared->right_mutex, &shared->right_money,
               meets);
    } else {
      transfer(&shared->right_mutex, &shared->right_money, &shared->left_mutex, &shared->left_money,
               meets);
    }
  }
}

EXPORT("finish") void finish(int32_t threads, int64_t transfers) {
  (void)threads, (void)transfers;
  print_number("left", (uint64_t)shared->left_money);
  print_number("right", (uint64_t)shared->right_money);
}
