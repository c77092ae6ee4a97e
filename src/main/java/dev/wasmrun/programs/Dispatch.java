package dev.wasmrun.programs;

import static dev.wasmrun.programs.ThreadPoolLayout.OUTSTANDING;

import dev.wasmrun.memory.LinearMemory;

/** A strategy by which the thread pool chooses a worker for a task. */
enum Dispatch {
  /** Each worker in turn. */
  ROUND_ROBIN {
    @Override
    int choose(LinearMemory memory, int task, int workers, long seed) {
      return task % workers;
    }
  },
  /** Any worker, as the seed says. */
  RANDOM {
    @Override
    int choose(LinearMemory memory, int task, int workers, long seed) {
      return (int) Long.remainderUnsigned(Mix64.randomAt(~seed, task), workers);
    }
  },
  /** The worker that has the fewest tasks left at this moment; of several, the first. */
  LEAST_BUSY {
    @Override
    int choose(LinearMemory memory, int task, int workers, long seed) {
      int chosen = 0;
      int fewest = Integer.MAX_VALUE;
      for (int worker = 0; worker < workers; worker++) {
        int outstanding = memory.getIntVolatile(ThreadPoolLayout.lane(worker) + OUTSTANDING);
        if (outstanding < fewest) {
          fewest = outstanding;
          chosen = worker;
        }
      }
      return chosen;
    }
  };

  /**
   * The strategy that this number stands for as an argument, from 1.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Dispatch of(long number) {
    if (number < 1 || number > values().length) {
      throw new IllegalArgumentException(
          "strategy is 1 round-robin, 2 random or 3 least busy, not " + number);
    }
    return values()[(int) number - 1];
  }

  /** The worker for this task. */
  abstract int choose(LinearMemory memory, int task, int workers, long seed);
}
