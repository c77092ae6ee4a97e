package dev.wasmrun.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The workers of a pool: who there is, who gets a task, who takes the place of one that is stuck.
 *
 * <p>Guarded by the dispatcher's lock.
 */
final class PoolWorkers {
  private final String name;
  private final PoolConfig config;
  private final Instances instances;
  private final Dispatcher dispatcher;
  private final ReentrantLock lock;

  private final List<WorkerSlot> workers = new ArrayList<>(); // those that get tasks
  private final Set<WorkerSlot> threads = new HashSet<>(); // and those replaced or about to end
  private final PriorityQueue<Integer> freeNumbers = new PriorityQueue<>();
  private final StuckWorkers stuck;
  private long turn;

  PoolWorkers(
      String name,
      PoolConfig config,
      Instances instances,
      Dispatcher dispatcher,
      ReentrantLock lock) {
    this.name = name;
    this.config = config;
    this.instances = instances;
    this.dispatcher = dispatcher;
    this.lock = lock;
    this.stuck = new StuckWorkers(instances.spares());
    for (int number = 0; number < config.maxWorkers() + stuck.limit(); number++) {
      freeNumbers.add(number);
    }
  }

  /** A slot whose tasks run on threads that come by. */
  WorkerSlot desk() {
    // Of what is numbered, stacks, there are none for replacements.
    return slot(config.maxWorkers() + stuck.limit());
  }

  private WorkerSlot slot(int number) {
    return new WorkerSlot(number, dispatcher, lock.newCondition(), instances, config);
  }

  /**
   * Starts the least number of workers.
   *
   * @throws IllegalStateException if the system has no thread for one
   */
  void open() {
    while (workers.size() < config.minWorkers()) {
      hire();
    }
  }

  private WorkerSlot hire() {
    int number = freeNumbers.remove();
    WorkerSlot worker = slot(number);
    worker.setThread(daemon(worker::work, name + "#pool-" + number, config.guests().stackBytes()));
    try {
      worker.thread().start();
    } catch (OutOfMemoryError e) {
      freeNumbers.add(number);
      throw new IllegalStateException(
          "cannot start worker %s of %s: %s; try fewer workers or a smaller stack"
              .formatted(number, name, e.getMessage()),
          e);
    }
    workers.add(worker);
    threads.add(worker);
    return worker;
  }

  private static Thread daemon(Runnable body, String name, long stackBytes) {
    var thread = new Thread(null, body, name, stackBytes);
    thread.setDaemon(true);
    return thread;
  }

  /** The worker for a task; null if none is idle and the queue is full. */
  WorkerSlot choose(Task task) {
    List<WorkerSlot> idle = workers.stream().filter(worker -> worker.load() == 0).toList();
    if (idle.isEmpty() && workers.size() < config.maxWorkers()) {
      return hire();
    }
    List<WorkerSlot> candidates = waiting() < config.queueCapacity() ? notStuck() : idle;
    if (candidates.isEmpty()) {
      return null;
    }
    return candidates.get(
        config
            .strategy()
            .choose(
                candidates.size(),
                index -> candidates.get(index).loadBefore(task.priority()),
                turn++,
                ThreadLocalRandom.current()));
  }

  /** Tasks that will not be taken up at once. */
  private int waiting() {
    return workers.stream().mapToInt(worker -> Math.max(0, worker.load() - 1)).sum();
  }

  /** The workers that are not stuck; all if there is no other. */
  private List<WorkerSlot> notStuck() {
    List<WorkerSlot> others = workers.stream().filter(worker -> !stuck.contains(worker)).toList();
    return others.isEmpty() ? workers : others;
  }

  /** Whether there is one worker more than needed, as this one is replaced or idle. */
  boolean isTooMany(WorkerSlot worker, long idleSince) {
    return stuck.isReplaced(worker)
        || isElastic() && System.nanoTime() - idleSince >= config.idleTimeout().toNanos();
  }

  /** Whether a worker that is idle for long is to end. */
  boolean isElastic() {
    return workers.size() > config.minWorkers();
  }

  /** A worker takes no task any more, and calls its instance no more. */
  void retire(WorkerSlot worker) {
    workers.remove(worker);
    stuck.left(worker);
    freeNumbers.add(worker.number());
  }

  /** A worker's thread is about to end. */
  void left(WorkerSlot worker) {
    threads.remove(worker);
  }

  /** Whether a slot is a worker's, whose thread has not ended. */
  boolean contains(WorkerSlot slot) {
    return threads.contains(slot);
  }

  /** All whose threads have not ended. */
  Set<WorkerSlot> all() {
    return threads;
  }

  /**
   * A slot's task does not end although it has been interrupted for long enough. If it is a
   * worker's, another takes over its place, as far as that is allowed, and its queue.
   *
   * @param needed whether there is to be a worker in its place even if its queue is empty
   * @return what users should know; empty if they do, or if the thread is a submitter's
   */
  Optional<String> stuck(WorkerSlot worker, boolean needed) {
    if (!contains(worker) || stuck.isReplaced(worker)) {
      return Optional.empty();
    }
    boolean news = stuck.add(worker);
    if (needed || !worker.queue().isEmpty()) {
      successor(worker).ifPresent(other -> moveQueue(worker, other));
    }
    return news || stuck.isReplaced(worker) ? Optional.of(notice(worker)) : Optional.empty();
  }

  /** Who is to have the queue of a stuck worker: a new one, or else another that is not stuck. */
  private Optional<WorkerSlot> successor(WorkerSlot worker) {
    if (stuck.mayReplaceOneMore()) {
      try {
        WorkerSlot other = hire();
        workers.remove(worker);
        stuck.replaced(worker);
        return Optional.of(other);
      } catch (IllegalStateException e) {
        // The system has no thread for it now; it is asked again soon.
      }
    }
    return workers.stream()
        .filter(other -> !stuck.contains(other))
        .min(Comparator.comparingInt(WorkerSlot::load));
  }

  private static void moveQueue(WorkerSlot from, WorkerSlot to) {
    for (Task task : from.queue().removeAll()) {
      task.queuedAt(to);
      to.queue().add(task);
    }
    to.hasWork().signal();
  }

  private String notice(WorkerSlot worker) {
    String place =
        stuck.isReplaced(worker)
            ? "another worker takes its place, as for %s of at most %s"
                .formatted(stuck.nowReplaced(), stuck.limit())
            : "it keeps its place: at most %s may be replaced".formatted(stuck.limit());
    return "%s does not end its call; %s".formatted(worker.thread().getName(), place);
  }

  /** A slot's call has ended. */
  void freed(WorkerSlot slot) {
    stuck.freed(slot);
  }

  /** Those whose calls do not end. */
  StuckWorkers stuck() {
    return stuck;
  }

  /** How many are not stuck, or could still be started. */
  int usable() {
    return config.maxWorkers() - stuck.withoutReplacement();
  }
}
