/*
 * A host for one program of the gallery compiled for the processor.
 *
 *   PROGRAM THREADS [ARGUMENT...]
 *
 * For every line on standard input it runs the program once by the worker convention, with a new
 * memory and new threads, prints what the program does, and then `took NANOSECONDS`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_ARGUMENTS 6

/* A program takes as many arguments as it has parameters. By the calling conventions of the systems
   that this is for it does no harm to pass more. */
typedef int64_t arg;
__attribute__((weak)) void setup(int32_t, arg, arg, arg, arg, arg, arg);
void work(int32_t, int32_t, arg, arg, arg, arg, arg, arg);
__attribute__((weak)) void finish(int32_t, arg, arg, arg, arg, arg, arg);

static int32_t threads;
static arg args[MAX_ARGUMENTS];

void emit(uint64_t value) { printf("%" PRIu64 "\n", value); }

void print_utf8(const char *address, uint32_t length) { fwrite(address, 1, length, stdout); }

int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

int native_wait(int *word, int expected, int64_t nanoseconds) {
  const struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  if (syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, nanoseconds < 0 ? NULL : &limit) == 0) {
    return 0;
  }
  return errno == EAGAIN ? 1 : errno == ETIMEDOUT ? 2 : 0;
}

uint32_t native_notify(int *word, uint32_t count) {
  return syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count > INT_MAX ? INT_MAX : (int)count);
}

static void *worker(void *number) {
  work((int32_t)(intptr_t)number, threads, args[0], args[1], args[2], args[3], args[4], args[5]);
  return NULL;
}

static void check(int error, const char *what) {
  if (error != 0) {
    printf("%s failed\n", what);
    exit(1);
  }
}

static void run(pthread_t *workers) {
  void *const memory =
      mmap((void *)MEMORY, MEMORY_SIZE, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  check(memory != (void *)MEMORY, "mapping the memory");
  if (setup) {
    setup(threads, args[0], args[1], args[2], args[3], args[4], args[5]);
  }
  for (int32_t i = 0; i < threads; i++) {
    check(pthread_create(&workers[i], NULL, worker, (void *)(intptr_t)i), "starting a thread");
  }
  for (int32_t i = 0; i < threads; i++) {
    check(pthread_join(workers[i], NULL), "joining a thread");
  }
  if (finish) {
    finish(threads, args[0], args[1], args[2], args[3], args[4], args[5]);
  }
  munmap(memory, MEMORY_SIZE);
}

int main(int argc, char **argv) {
  threads = argc > 1 ? atoi(argv[1]) : 1;
  for (int i = 2; i < argc && i < MAX_ARGUMENTS + 2; i++) {
    args[i - 2] = strtoll(argv[i], NULL, 10);
  }
  pthread_t *const workers = calloc(threads, sizeof *workers);
  for (int c = getchar(); c != EOF; c = getchar()) {
    if (c == '\n') {
      const int64_t start = now();
      run(workers);
      printf("took %" PRId64 "\n", now() - start);
      fflush(stdout);
    }
  }
  return 0;
}
