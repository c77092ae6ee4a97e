/*
 * Hello from POSIX threads: start some, let each say hello, and collect what they return.
 *
 * Each thread gets a pointer to its own part of an array, so that no two of them touch the same
 * memory, and stdio keeps their lines whole. The order of the lines is up to the scheduler; that of
 * the results is up to main, which joins the threads one by one.
 *
 * Arguments: [threads]; without it the environment variable WASM_RUN_THREADS, else 4.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_THREADS 1024

struct task {
  int number;
  int square;
};

static void *greet(void *argument) {
  struct task *task = argument;
  printf("hello from thread %d\n", task->number);
  task->square = task->number * task->number;
  return task;
}

int main(int argc, char **argv) {
  const char *count = argc > 1 ? argv[1] : getenv("WASM_RUN_THREADS");
  const int threads = count == NULL ? 4 : atoi(count);
  if (threads < 1 || threads > MOST_THREADS) {
    fprintf(stderr, "usage: hello-threads [threads], from 1 to %d\n", MOST_THREADS);
    return 2;
  }
  static struct task tasks[MOST_THREADS];
  static pthread_t started[MOST_THREADS];
  for (int i = 0; i < threads; i++) {
    tasks[i].number = i;
    const int error = pthread_create(&started[i], NULL, greet, &tasks[i]);
    if (error != 0) {
      fprintf(stderr, "cannot start thread %d: %s\n", i, strerror(error));
      return 1;
    }
  }
  long sum = 0;
  for (int i = 0; i < threads; i++) {
    void *result;
    pthread_join(started[i], &result);
    sum += ((struct task *)result)->square;
  }
  printf("the squares of %d threads' numbers add up to %ld\n", threads, sum);
  return 0;
}
