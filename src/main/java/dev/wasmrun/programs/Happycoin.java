package dev.wasmrun.programs;

import static dev.wasmrun.programs.HappycoinLayout.CAPACITY;
import static dev.wasmrun.programs.HappycoinLayout.FOUND;
import static dev.wasmrun.programs.HappycoinLayout.NEXT;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * A search for Happycoins: multiples of 10000 that are happy, among the numbers that {@code new
 * java.util.SplittableRandom(seed)} delivers.
 *
 * <p>A number is happy if replacing it by the sum of the squares of its decimal digits, again and
 * again, reaches 1. Threads take the candidates in chunks from a shared counter; the coins are
 * delivered in the order of the candidates, so that the result depends neither on the number of
 * threads nor on their schedule.
 *
 * <p>Candidates, seeds and indexes are unsigned; the number of attempts is signed.
 */
final class Happycoin implements Program {
  private static final int CHUNK = 4096;

  /**
   * Of a million candidates 13.9 are coins, in the mean: for so many there are 252,000, with a
   * deviation of 500, and {@link HappycoinLayout#CAPACITY} of 262,078.
   */
  private static final long MOST_ATTEMPTS = 18_000_000_000L;

  private static final Parameter ATTEMPTS =
      new Parameter("attempts", 10_000_000, "how many candidates to test");
  private static final Parameter SEED =
      new Parameter("seed", 0, "seed of the sequence of candidates");
  private static final Parameter FIRST =
      new Parameter("first", 0, "index of the first candidate, to split a search among machines");

  @Override
  public String name() {
    return "happycoin";
  }

  @Override
  public String summary() {
    return "searches random numbers for happy multiples of 10000";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(ATTEMPTS, SEED, FIRST);
  }

  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  public boolean sharesWork() {
    return true;
  }

  @Override
  public Optional<Split> split() {
    List<Parameter> all = parameters();
    return Optional.of(
        new Split(
            all.indexOf(ATTEMPTS), all.indexOf(FIRST), ATTEMPTS.defaultValue(), MOST_ATTEMPTS));
  }

  @Override
  public long[] sampleArguments() {
    return new long[] {40_000, 2074, 0}; // six coins: more than most seeds have so early
  }

  @Override
  public long[] benchmarkArguments() {
    return new long[] {4_000_000, 0, 0};
  }

  @Override
  public void setup(LinearMemory memory, int threads, long[] args) {
    ATTEMPTS.countOf(args[0]); // A wrong argument ends the run here, in one thread.
    memory.setLongVolatile(NEXT, 0);
    memory.setIntVolatile(FOUND, 0);
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    long total = ATTEMPTS.countOf(args[0]);
    long seed = SEED.valueOf(args[1]);
    long first = FIRST.valueOf(args[2]);
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException("happycoin: interrupted between two chunks");
      }
      long begin = memory.getAndAddLong(NEXT, CHUNK);
      if (begin >= total) {
        return;
      }
      search(memory, seed, first + begin, Math.min(CHUNK, total - begin));
    }
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    int count = memory.getIntVolatile(FOUND);
    sortRecords(memory, count);
    for (int slot = 0; slot < count; slot++) {
      results.emit(HappycoinLayout.coin(memory, slot));
    }
    results.print("count " + count + "\n");
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    // The counter ends up to a chunk per thread beyond the last candidate.
    long taken = memory.getLongVolatile(NEXT);
    return Optional.of(new WorkDone(taken, ATTEMPTS.countOf(args[0]), "candidates"));
  }

  /** The candidate with this index: mix64 of the index-th step of a Weyl sequence. */
  static long candidate(long seed, long index) {
    long z = seed + (index + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Whether the sums of squared digits of {@code n}, unsigned, reach 1. */
  static boolean isHappy(long n) {
    // A number of twenty digits has a sum of at most 1620: 32 bits do from here on.
    int sum = 0;
    while (Long.compareUnsigned(n, 9) > 0) {
      // n / 10, unsigned. Long.divideUnsigned is a divide instruction on newer JDKs, several times
      // slower than the multiplication that a signed division by a constant becomes.
      long quotient = (n >>> 1) / 5;
      int digit = (int) n - (int) quotient * 10;
      sum += digit * digit;
      n = quotient;
    }
    sum += (int) (n * n); // the first digit
    // Of the numbers up to 6 only 1 is happy, and every sequence comes down to one of them: a happy
    // one to 1, an unhappy one to the 4 of its cycle, and that of 0 never leaves 0.
    while (sum > 6) {
      int rest = sum;
      sum = 0;
      while (rest > 9) {
        int quotient = rest / 10;
        int digit = rest - quotient * 10;
        sum += digit * digit;
        rest = quotient;
      }
      sum += rest * rest;
    }
    return sum == 1;
  }

  private static void search(LinearMemory memory, long seed, long begin, long count) {
    for (long i = 0; i < count; i++) {
      long index = begin + i;
      long n = candidate(seed, index);
      // Happiness first: the costly test for every candidate is the point of this program.
      if (isHappy(n) && Long.remainderUnsigned(n, 10_000) == 0) {
        append(memory, index, n);
      }
    }
  }

  private static void append(LinearMemory memory, long index, long coin) {
    int slot = memory.getAndAddInt(FOUND, 1);
    if (Integer.compareUnsigned(slot, CAPACITY) >= 0) {
      throw new IllegalStateException(
          "more than " + CAPACITY + " coins: the records are full, search a smaller range");
    }
    HappycoinLayout.setRecord(memory, slot, index, coin);
  }

  /**
   * Sorts by index, by insertion: records arrive almost in order, one is out of place only among
   * those that were found while its chunk was being searched.
   */
  private static void sortRecords(LinearMemory memory, int count) {
    for (int i = 1; i < count; i++) {
      long index = HappycoinLayout.index(memory, i);
      long coin = HappycoinLayout.coin(memory, i);
      int slot = i;
      while (slot > 0 && Long.compareUnsigned(HappycoinLayout.index(memory, slot - 1), index) > 0) {
        HappycoinLayout.setRecord(
            memory,
            slot,
            HappycoinLayout.index(memory, slot - 1),
            HappycoinLayout.coin(memory, slot - 1));
        slot--;
      }
      HappycoinLayout.setRecord(memory, slot, index, coin);
    }
  }
}
