package dev.wasmrun.programs;

import static dev.wasmrun.programs.ThreadPoolLayout.CAPACITY;
import static dev.wasmrun.programs.ThreadPoolLayout.COST;
import static dev.wasmrun.programs.ThreadPoolLayout.DONE;
import static dev.wasmrun.programs.ThreadPoolLayout.IDLE;
import static dev.wasmrun.programs.ThreadPoolLayout.LANES;
import static dev.wasmrun.programs.ThreadPoolLayout.LANES_SIZE;
import static dev.wasmrun.programs.ThreadPoolLayout.MAX_WORKERS;
import static dev.wasmrun.programs.ThreadPoolLayout.NEXT;
import static dev.wasmrun.programs.ThreadPoolLayout.OUTSTANDING;
import static dev.wasmrun.programs.ThreadPoolLayout.QUEUE;
import static dev.wasmrun.programs.ThreadPoolLayout.QUEUE_CAPACITY;
import static dev.wasmrun.programs.ThreadPoolLayout.RESULT;
import static dev.wasmrun.programs.ThreadPoolLayout.TIME;
import static dev.wasmrun.programs.ThreadPoolLayout.TURNS;
import static dev.wasmrun.programs.ThreadPoolLayout.WAITS;
import static dev.wasmrun.programs.ThreadPoolLayout.lane;
import static dev.wasmrun.programs.ThreadPoolLayout.task;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.Optional;

/**
 * A pool of workers with a queue each. Thread 0 hands out tasks by one of three strategies, the
 * other threads do them; a thread that is alone does both. The sum of the results does not depend
 * on who did what; the details, when asked for, do.
 */
final class ThreadPool implements Program {
  private static final long FIXED = 1;
  private static final long SKEWED = 2;
  private static final int SKEW = 16;
  private static final int LARGEST_EFFORT = 100_000_000;
  private static final int LONGEST_BAR = 30;

  private static final Parameter TASKS = new Parameter("tasks", 1000, "how many tasks there are");
  private static final Parameter STRATEGY =
      new Parameter("strategy", 1, "1 round-robin, 2 random, 3 least busy");
  private static final Parameter LOAD =
      new Parameter("load", FIXED, "1 all tasks alike, 2 one in eight takes 16 times as long");
  private static final Parameter EFFORT =
      new Parameter("effort", 1000, "turns of work in a usual task");
  private static final Parameter SEED =
      new Parameter("seed", 0, "which tasks take long, and what is chosen at random");
  private static final Parameter DETAILS =
      new Parameter("details", 0, "1 to show how busy each worker was");

  @Override
  public String name() {
    return "thread-pool";
  }

  @Override
  public String summary() {
    return "hands out tasks to workers by one of three strategies";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(TASKS, STRATEGY, LOAD, EFFORT, SEED, DETAILS);
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
  public long[] sampleArguments() {
    return new long[] {200, 3, SKEWED, 100, 42, 0};
  }

  @Override
  public long[] benchmarkArguments() {
    return new long[] {80_000, 0, 0, 0, 0, 0};
  }

  @Override
  public void setup(LinearMemory memory, int threads, long[] args) {
    long count = TASKS.countOf(args[0]);
    long effort = EFFORT.countOf(args[3]);
    long load = LOAD.valueOf(args[2]);
    Dispatch.of(STRATEGY.valueOf(args[1])); // A wrong argument ends the run here, in one thread.
    if (load != FIXED && load != SKEWED) {
      throw new IllegalArgumentException("load is 1 fixed or 2 skewed, not " + load);
    }
    requireAtMost(MAX_WORKERS, workers(threads), "workers");
    requireAtMost(CAPACITY, count, TASKS.name());
    requireAtMost(LARGEST_EFFORT, effort, EFFORT.name());

    memory.fill(LANES, (byte) 0, LANES_SIZE);
    for (int worker = 0; worker < MAX_WORKERS; worker++) {
      new SharedRing(memory, lane(worker) + QUEUE).setup(QUEUE_CAPACITY);
    }
    long seed = SEED.valueOf(args[4]);
    for (int number = 0; number < count; number++) {
      boolean isLong = load == SKEWED && (Mix64.randomAt(seed, number) & 7) == 0;
      memory.setInt(task(number) + COST, (int) effort * (isLong ? SKEW : 1));
    }
  }

  private static void requireAtMost(long limit, long value, String what) {
    if (value > limit) {
      throw new IllegalArgumentException("%s %s, the most is %s".formatted(value, what, limit));
    }
  }

  @Override
  public void work(LinearMemory memory, int thread, int threads, long[] args)
      throws InterruptedException {
    int count = (int) TASKS.countOf(args[0]);
    if (thread == 0 && threads > 1) {
      Dispatch strategy = Dispatch.of(STRATEGY.valueOf(args[1]));
      dispatch(memory, count, workers(threads), strategy, SEED.valueOf(args[4]));
      return;
    }
    int number = threads == 1 ? 0 : thread - 1;
    var worker = new PoolWorker(memory, number);
    long start = System.nanoTime();
    if (threads == 1) {
      doAll(memory, worker, count);
    } else {
      worker.doWhatComes();
    }
    memory.setLong(lane(number) + TIME, System.nanoTime() - start);
  }

  /** Distributes the tasks, then closes the queues. A full queue makes the dispatcher wait. */
  private static void dispatch(
      LinearMemory memory, int count, int workers, Dispatch strategy, long seed)
      throws InterruptedException {
    for (int number = 0; number < count; number++) {
      int lane = lane(strategy.choose(memory, number, workers, seed));
      memory.getAndAddInt(lane + OUTSTANDING, 1);
      memory.setInt(lane + NEXT, number);
      new SharedRing(memory, lane + QUEUE).put(lane + NEXT, Integer.BYTES);
    }
    for (int worker = 0; worker < workers; worker++) {
      new SharedRing(memory, lane(worker) + QUEUE).close();
    }
  }

  /** All the work, of a thread that is alone: whenever the queue is full, it does what is in it. */
  private static void doAll(LinearMemory memory, PoolWorker worker, int count)
      throws InterruptedException {
    SharedRing queue = new SharedRing(memory, lane(0) + QUEUE);
    for (int number = 0; number < count; number++) {
      memory.setInt(lane(0) + NEXT, number);
      while (!queue.tryPut(lane(0) + NEXT, Integer.BYTES)) {
        worker.doQueued();
      }
    }
    worker.doQueued();
  }

  @Override
  public void finish(LinearMemory memory, int threads, long[] args, Results results) {
    int workers = workers(threads);
    long sum = 0;
    for (int number = 0; number < TASKS.countOf(args[0]); number++) {
      sum += memory.getLong(task(number) + RESULT);
    }
    results.print("done " + total(memory, workers, DONE) + "\n");
    results.print("sum " + Long.toUnsignedString(sum) + "\n");
    if (DETAILS.valueOf(args[5]) != 0) {
      printDetails(memory, workers, results);
    }
  }

  /** A line for each worker, with a bar: the part of it that is {@code #} the worker was busy. */
  private static void printDetails(LinearMemory memory, int workers, Results results) {
    results.print(
        "worker  # busy, . idle                  busy %   idle us  waits  tasks       turns\n");
    for (int worker = 0; worker < workers; worker++) {
      int lane = lane(worker);
      long idle = memory.getLong(lane + IDLE);
      long time = Math.max(1, memory.getLong(lane + TIME));
      long busy = time - Math.min(time, idle);
      int length = (int) ((busy * LONGEST_BAR + time / 2) / time);
      results.print(
          "%6s  %s%s%8s%10s%7s%7s%12s\n"
              .formatted(
                  worker,
                  "#".repeat(length),
                  ".".repeat(LONGEST_BAR - length),
                  (busy * 100 + time / 2) / time,
                  idle / 1000,
                  memory.getLong(lane + WAITS),
                  memory.getLong(lane + DONE),
                  memory.getLong(lane + TURNS)));
    }
  }

  @Override
  public Optional<WorkDone> progress(LinearMemory memory, int threads, long[] args) {
    long done = total(memory, workers(threads), DONE);
    return Optional.of(new WorkDone(done, TASKS.countOf(args[0]), "tasks"));
  }

  private static long total(LinearMemory memory, int workers, int counter) {
    long sum = 0;
    for (int worker = 0; worker < workers; worker++) {
      sum += memory.getLongVolatile(lane(worker) + counter);
    }
    return sum;
  }

  private static int workers(int threads) {
    return Math.max(1, threads - 1);
  }
}
