/*
 * Happycoin with POSIX threads: work handed out by an atomic counter, results returned through join.
 *
 * An ordinary C program: nothing in it is for WebAssembly or for a particular host. main starts the
 * threads, each keeps what it finds to itself, in a list that only it knows, and returns the list;
 * pthread_join hands it over. So there is nothing to lock but the counter.
 *
 *   main ── pthread_create ─▶ thread 0 … N-1 ── return list ─▶ pthread_join ─▶ sort, print
 *                                 │
 *                                 └── next: the first candidate of the next chunk, atomic
 *
 * A Happycoin is a multiple of 10000 that is happy: replace the number by the sum of the squares of
 * its decimal digits, again and again, and it reaches 1. The candidates are the numbers that
 * java.util.SplittableRandom(seed) would deliver.
 *
 * Arguments: [attempts [seed [first [threads]]]]. 0 or nothing stands for the default; that of the
 * threads is the environment variable WASM_RUN_THREADS, else the number of processors.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 4096
#define DEFAULT_ATTEMPTS 10000000
#define MOST_THREADS 1024

struct coin {
  uint64_t index;
  uint64_t value;
};

struct list {
  struct coin *coins;
  size_t count;
  size_t capacity;
};

static int64_t attempts;
static uint64_t seed, first;
static _Atomic int64_t next;

/* The candidate with this index: mix64 of the index-th step of a Weyl sequence. */
static uint64_t candidate(uint64_t index) {
  uint64_t z = seed + (index + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static uint32_t squared_digits(uint64_t n) {
  uint32_t sum = 0;
  while (n > 9) {
    const uint64_t quotient = n / 10;
    const uint32_t digit = (uint32_t)n - (uint32_t)quotient * 10;
    sum += digit * digit;
    n = quotient;
  }
  return sum + (uint32_t)n * (uint32_t)n; /* the first digit */
}

static bool is_happy(uint64_t n) {
  /* A number of twenty digits has a sum of at most 1620: 32 bits do from here on. */
  uint32_t sum = squared_digits(n);
  /* Of the numbers up to 6 only 1 is happy, and every sequence comes down to one of them. */
  while (sum > 6) {
    uint32_t rest = sum;
    sum = 0;
    while (rest > 9) {
      const uint32_t quotient = rest / 10;
      const uint32_t digit = rest - quotient * 10;
      sum += digit * digit;
      rest = quotient;
    }
    sum += rest * rest;
  }
  return sum == 1;
}

static void fail(const char *what, int error) {
  fprintf(stderr, "happycoin-pthreads: %s: %s\n", what, strerror(error));
  exit(1);
}

static void append(struct list *list, uint64_t index, uint64_t value) {
  if (list->count == list->capacity) {
    list->capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
    list->coins = realloc(list->coins, list->capacity * sizeof *list->coins);
    if (list->coins == NULL) {
      fail("no memory for another coin", ENOMEM);
    }
  }
  list->coins[list->count++] = (struct coin){index, value};
}

static void *search(void *unused) {
  (void)unused;
  struct list *found = calloc(1, sizeof *found);
  if (found == NULL) {
    fail("no memory for a list", ENOMEM);
  }
  for (;;) {
    const int64_t begin = atomic_fetch_add(&next, CHUNK);
    if (begin >= attempts) {
      return found;
    }
    const int64_t end = attempts - begin < CHUNK ? attempts : begin + CHUNK;
    for (int64_t i = begin; i < end; i++) {
      const uint64_t index = first + (uint64_t)i;
      const uint64_t n = candidate(index);
      /* Happiness first: the costly test for every candidate is the point of this program. */
      if (is_happy(n) && n % 10000 == 0) {
        append(found, index, n);
      }
    }
  }
}

static int by_index(const void *a, const void *b) {
  const uint64_t left = ((const struct coin *)a)->index - first;
  const uint64_t right = ((const struct coin *)b)->index - first;
  return (left > right) - (left < right);
}

/* The number in a text, or a usage error; an unsigned one may have all 64 bits. */
static uint64_t number(const char *name, const char *text, uint64_t most) {
  char *end;
  errno = 0;
  const uint64_t value = strtoull(text, &end, 10);
  if (end == text || *end != '\0' || *text == '-' || errno != 0 || value > most) {
    fprintf(stderr, "happycoin-pthreads: %s is no number from 0 to %" PRIu64 ": '%s'\n", name, most,
            text);
    exit(2);
  }
  return value;
}

static int thread_count(const char *argument) {
  uint64_t threads = argument == NULL ? 0 : number("threads", argument, MOST_THREADS);
  const char *variable = getenv("WASM_RUN_THREADS");
  if (threads == 0 && variable != NULL) {
    threads = number("WASM_RUN_THREADS", variable, MOST_THREADS);
  }
  if (threads == 0) {
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    threads = processors > 0 ? (uint64_t)processors : 1;
  }
  return (int)threads;
}

int main(int argc, char **argv) {
  if (argc > 5) {
    fprintf(stderr, "usage: happycoin-pthreads [attempts [seed [first [threads]]]]\n");
    return 2;
  }
  attempts = argc > 1 ? (int64_t)number("attempts", argv[1], INT64_MAX - MOST_THREADS * CHUNK) : 0;
  attempts = attempts == 0 ? DEFAULT_ATTEMPTS : attempts;
  seed = argc > 2 ? number("seed", argv[2], UINT64_MAX) : 0;
  first = argc > 3 ? number("first", argv[3], UINT64_MAX) : 0;
  const int threads = thread_count(argc > 4 ? argv[4] : NULL);

  pthread_t *started = calloc((size_t)threads, sizeof *started);
  if (started == NULL) {
    fail("no memory for the threads", ENOMEM);
  }
  for (int i = 0; i < threads; i++) {
    const int error = pthread_create(&started[i], NULL, search, NULL);
    if (error != 0) {
      fail("cannot start a thread", error);
    }
  }
  struct list all = {0};
  for (int i = 0; i < threads; i++) {
    void *result;
    const int error = pthread_join(started[i], &result);
    if (error != 0) {
      fail("cannot join a thread", error);
    }
    const struct list *found = result;
    for (size_t j = 0; j < found->count; j++) {
      append(&all, found->coins[j].index, found->coins[j].value);
    }
  }
  if (all.count > 0) {
    qsort(all.coins, all.count, sizeof *all.coins, by_index);
  }
  for (size_t i = 0; i < all.count; i++) {
    printf("%" PRIu64 "\n", all.coins[i].value);
  }
  printf("count %zu\n", all.count);
  return 0;
}
