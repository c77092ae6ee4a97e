package dev.wasmrun.programs;

import static dev.wasmrun.programs.ThreadPoolLayout.COST;
import static dev.wasmrun.programs.ThreadPoolLayout.CURRENT;
import static dev.wasmrun.programs.ThreadPoolLayout.DONE;
import static dev.wasmrun.programs.ThreadPoolLayout.IDLE;
import static dev.wasmrun.programs.ThreadPoolLayout.OUTSTANDING;
import static dev.wasmrun.programs.ThreadPoolLayout.QUEUE;
import static dev.wasmrun.programs.ThreadPoolLayout.RESULT;
import static dev.wasmrun.programs.ThreadPoolLayout.TURNS;
import static dev.wasmrun.programs.ThreadPoolLayout.WAITS;
import static dev.wasmrun.programs.ThreadPoolLayout.WORKER;
import static dev.wasmrun.programs.ThreadPoolLayout.task;

import dev.wasmrun.memory.LinearMemory;

/** A worker of the thread pool: takes tasks from its queue and does them. */
final class PoolWorker {
  /**
   * Between two looks at the interrupt: often enough to stop at once, too rare to cost anything.
   */
  private static final int TURNS_PER_LOOK = 4096;

  private final LinearMemory memory;
  private final int worker;
  private final int lane;
  private final SharedRing queue;

  PoolWorker(LinearMemory memory, int worker) {
    this.memory = memory;
    this.worker = worker;
    this.lane = ThreadPoolLayout.lane(worker);
    this.queue = new SharedRing(memory, lane + QUEUE);
  }

  /** Does tasks until the queue has been closed and is empty. */
  void doWhatComes() throws InterruptedException {
    while (true) {
      int taken = queue.tryTake(lane + CURRENT, Integer.BYTES);
      if (taken == SharedRing.EMPTY) {
        long start = System.nanoTime();
        taken = queue.take(lane + CURRENT, Integer.BYTES);
        increase(lane + WAITS, 1);
        increase(lane + IDLE, System.nanoTime() - start);
      }
      if (taken == SharedRing.ENDED) {
        return;
      }
      perform(memory.getInt(lane + CURRENT));
      memory.getAndAddInt(lane + OUTSTANDING, -1);
    }
  }

  /** Does tasks until the queue is empty. */
  void doQueued() throws InterruptedException {
    while (queue.tryTake(lane + CURRENT, Integer.BYTES) > 0) {
      perform(memory.getInt(lane + CURRENT));
    }
  }

  private void perform(int number) throws InterruptedException {
    int cost = memory.getInt(task(number) + COST);
    long result = 0;
    for (int turn = 0; turn < cost; turn++) {
      if (turn % TURNS_PER_LOOK == 0 && Thread.interrupted()) {
        throw new InterruptedException("thread-pool: interrupted in task " + number);
      }
      result = Mix64.digestOf(result, number);
    }
    memory.setInt(task(number) + WORKER, worker);
    memory.setLong(task(number) + RESULT, result);
    increase(lane + DONE, 1);
    increase(lane + TURNS, cost);
  }

  private void increase(int counter, long by) {
    memory.setLong(counter, memory.getLong(counter) + by);
  }
}
