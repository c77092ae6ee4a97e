package dev.wasmrun.pool;

import java.util.Locale;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * How a pool chooses the worker of a task; the worker keeps its tasks in order of priority and
 * arrival.
 */
public enum Strategy {
  /** One after the other, whatever they have to do. */
  ROUND_ROBIN {
    @Override
    int choose(int workers, IntUnaryOperator load, long turn, RandomGenerator random) {
      return (int) Math.floorMod(turn, (long) workers);
    }
  },
  /** Any, with equal probability. */
  RANDOM {
    @Override
    int choose(int workers, IntUnaryOperator load, long turn, RandomGenerator random) {
      return random.nextInt(workers);
    }
  },
  /** The one with the fewest tasks to do before this one; the first of several. */
  LEAST_BUSY {
    @Override
    int choose(int workers, IntUnaryOperator load, long turn, RandomGenerator random) {
      int least = 0;
      for (int i = 1; i < workers; i++) {
        if (load.applyAsInt(i) < load.applyAsInt(least)) {
          least = i;
        }
      }
      return least;
    }
  };

  /**
   * Chooses one of several workers.
   *
   * @param workers how many there are, at least 1
   * @param load how many tasks a worker has to do before this one, by its index
   * @param turn how many tasks were given out before
   * @return an index, from 0
   */
  abstract int choose(int workers, IntUnaryOperator load, long turn, RandomGenerator random);

  /** The name as users write it, such as {@code least-busy}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
