package dev.wasmrun.programs;

/**
 * Layout of the thread pool's shared block.
 *
 * <pre>
 * address  1024     1184            21504
 *         ┌────────┬────────┬────┬─────┬────────┬────────┬───┬───────── 0x400000
 *         │ lane 0 │ lane 1 │  … │ 127 │ task 0 │ task 1 │ … │ 260799
 *         └────────┴────────┴────┴─────┴────────┴────────┴───┴─────────
 *
 * lane  +0                 +4          +8             +12      +16
 *      ┌──────────────────┬───────────┬──────────────┬────────┐
 *      │ outstanding: i32 │ next: i32 │ current: i32 │ unused │
 *      ├───────────┬──────┴─────┬─────┴──────┬───────┴───┬────┴──────┬────────┬───────┐
 *      │ done: i64 │ turns: i64 │ waits: i64 │ idle: i64 │ time: i64 │ unused │ queue │
 *      └───────────┴────────────┴────────────┴───────────┴───────────┴────────┴───────┘
 *       +16         +24          +32          +40         +48         +56      +64: SharedRing,
 *                                                                              of 64 bytes
 *
 * outstanding  atomic: tasks that this worker has been given and has not done
 * next         the number of the task that the dispatcher puts into this queue; it alone writes it
 * current      the number of the task that the worker has taken from it; it alone writes what follows
 * done, turns  tasks that it has done, and the turns of work in them
 * waits, idle  how often it had to wait for a task, and how many nanoseconds
 * time         the nanoseconds from its begin to its end, idle or busy
 *
 * task  +0          +4            +8
 *      ┌───────────┬─────────────┬─────────────┐
 *      │ cost: i32 │ worker: i32 │ result: i64 │   turns of work; who has done it, and what came out
 *      └───────────┴─────────────┴─────────────┘
 * </pre>
 *
 * <p>A worker writes the worker and the result of the tasks that it takes; setup wrote the costs.
 */
final class ThreadPoolLayout {
  static final int MAX_WORKERS = 128;

  static final int LANES = GalleryMemory.BLOCK;
  private static final int LANE_SIZE = 160;
  static final int LANES_SIZE = MAX_WORKERS * LANE_SIZE;
  private static final int TASKS = LANES + LANES_SIZE;

  static final int OUTSTANDING = 0;
  static final int NEXT = 4;
  static final int CURRENT = 8;
  static final int DONE = 16;
  static final int TURNS = 24;
  static final int WAITS = 32;
  static final int IDLE = 40;
  static final int TIME = 48;
  static final int QUEUE = 64;
  static final int QUEUE_CAPACITY = 64;

  private static final int TASK_SIZE = 16;
  static final int COST = 0;
  static final int WORKER = 4;
  static final int RESULT = 8;

  /** How many tasks there is room for. */
  static final int CAPACITY = (GalleryMemory.BLOCK_END - TASKS) / TASK_SIZE;

  private ThreadPoolLayout() {}

  static int lane(int worker) {
    return LANES + worker * LANE_SIZE;
  }

  static int task(int number) {
    return TASKS + number * TASK_SIZE;
  }
}
