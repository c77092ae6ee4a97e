package dev.wasmrun.pool;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.wasi.WasiOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a pool is to be: an immutable description, made by {@link #builder}.
 *
 * @param minWorkers workers that are kept however little there is to do, at least 0
 * @param maxWorkers the most workers, at least 1
 * @param idleTimeout after how long with nothing to do a worker beyond {@code minWorkers} ends
 * @param sharing whether the workers share one memory
 * @param strategy who gets a task
 * @param queueCapacity how many tasks may wait for a worker, at least 0
 * @param overflow what becomes of a task beyond them
 * @param taskTimeout how long a task may run; without one, for ever
 * @param engine what executes the code
 * @param memoryLimit how large each memory may become
 * @param stackBytes the size of each worker's Java stack, which bounds how deep a guest may
 *     recurse; 0 for the JVM's default
 * @param hostFunctions functions that the module may import, in addition to those of the worker
 *     convention and before them
 * @param wasi what the module gets if it imports WASI; all workers share it
 * @param listener told, on workers' threads, what guests emit and print, and of instances that were
 *     given up and what that means
 * @param onInstance called with each new instance before its first task, on that task's thread
 */
public record PoolConfig(
    int minWorkers,
    int maxWorkers,
    Duration idleTimeout,
    MemorySharing sharing,
    Strategy strategy,
    int queueCapacity,
    Overflow overflow,
    Optional<Duration> taskTimeout,
    Engine engine,
    MemoryLimit memoryLimit,
    long stackBytes,
    List<HostFunction> hostFunctions,
    WasiOptions wasi,
    RunListener listener,
    Consumer<Guest> onInstance) {

  /** The most workers that a pool can have. */
  public static final int MOST_WORKERS = 4096;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public PoolConfig {
    require(maxWorkers >= 1, "a pool has from 1 to %s workers, got %s", MOST_WORKERS, maxWorkers);
    require(
        maxWorkers <= MOST_WORKERS,
        "a pool has from 1 to %s workers, got %s",
        MOST_WORKERS,
        maxWorkers);
    require(
        minWorkers >= 0 && minWorkers <= maxWorkers,
        "the least number of workers is from 0 to the most, %s, got %s",
        maxWorkers,
        minWorkers);
    require(queueCapacity >= 0, "a queue has room for at least 0 tasks, got %s", queueCapacity);
    require(stackBytes >= 0, "a stack has at least 0 bytes, got %s", stackBytes);
    requirePositive(idleTimeout, "idle");
    taskTimeout.ifPresent(limit -> requirePositive(limit, "task"));
    hostFunctions = List.copyOf(hostFunctions);
    Objects.requireNonNull(sharing, "sharing");
    Objects.requireNonNull(strategy, "strategy");
    Objects.requireNonNull(overflow, "overflow");
    Objects.requireNonNull(engine, "engine");
    Objects.requireNonNull(memoryLimit, "memoryLimit");
    Objects.requireNonNull(wasi, "wasi");
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(onInstance, "onInstance");
  }

  private static void requirePositive(Duration duration, String what) {
    require(
        !duration.isNegative() && !duration.isZero(),
        "the %s timeout is more than no time, got %s",
        what,
        duration);
    require(
        duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) <= 0,
        "the %s timeout is at most 292 years, got %s",
        what,
        duration);
  }

  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }

  /** A builder whose pool has this many workers from beginning to end. */
  public static Builder fixed(int workers) {
    return builder().workers(workers, workers);
  }

  /** A builder whose pool has as many workers as there is work for, within these bounds. */
  public static Builder elastic(int least, int most) {
    return builder().workers(least, most);
  }

  /**
   * A builder with these values: a worker for each processor, memory shared if the module shares
   * it, the least busy worker first, a queue of 1024 that then blocks, no time limit, notices to
   * the system's logger {@code dev.wasmrun.pool}.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** A description in the making; used by one thread. Each method returns the builder itself. */
  public static final class Builder {
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
    private static final int QUEUE_CAPACITY = 1024;

    private int minWorkers = Runtime.getRuntime().availableProcessors();
    private int maxWorkers = minWorkers;
    private Duration idleTimeout = IDLE_TIMEOUT;
    private MemorySharing sharing = MemorySharing.AUTOMATIC;
    private Strategy strategy = Strategy.LEAST_BUSY;
    private int queueCapacity = QUEUE_CAPACITY;
    private Overflow overflow = Overflow.BLOCK;
    private Optional<Duration> taskTimeout = Optional.empty();
    private Engine engine = Engine.COMPILER;
    private MemoryLimit memoryLimit = MemoryLimit.NONE;
    private long stackBytes;
    private List<HostFunction> hostFunctions = List.of();
    private WasiOptions wasi = WasiOptions.NOTHING;
    private RunListener listener = new NoticeLog();
    private Consumer<Guest> onInstance = guest -> {};

    private Builder() {}

    /** The least and the most workers. */
    public Builder workers(int least, int most) {
      minWorkers = least;
      maxWorkers = most;
      return this;
    }

    /** After how long with nothing to do a worker beyond the least number ends. */
    public Builder idleTimeout(Duration timeout) {
      idleTimeout = timeout;
      return this;
    }

    /** Whether the workers share one memory. */
    public Builder sharing(MemorySharing memory) {
      sharing = memory;
      return this;
    }

    /** Who gets a task. */
    public Builder strategy(Strategy chosen) {
      strategy = chosen;
      return this;
    }

    /** How many tasks may wait, and what becomes of one beyond them. */
    public Builder queue(int capacity, Overflow beyond) {
      queueCapacity = capacity;
      overflow = beyond;
      return this;
    }

    /** How long a task may run. */
    public Builder taskTimeout(Duration limit) {
      taskTimeout = Optional.of(limit);
      return this;
    }

    /** What executes the code. */
    public Builder engine(Engine chosen) {
      engine = chosen;
      return this;
    }

    /** How large each memory may become. */
    public Builder memoryLimit(MemoryLimit limit) {
      memoryLimit = limit;
      return this;
    }

    /** The size of each worker's Java stack, in bytes. */
    public Builder stackBytes(long bytes) {
      stackBytes = bytes;
      return this;
    }

    /** Functions that the module may import. */
    public Builder hostFunctions(HostFunction... functions) {
      hostFunctions = List.of(functions);
      return this;
    }

    /** What the module gets if it imports WASI. */
    public Builder wasi(WasiOptions options) {
      wasi = options;
      return this;
    }

    /** Who is told what guests emit and print, and of instances that were given up. */
    public Builder listener(RunListener told) {
      listener = told;
      return this;
    }

    /** What to do with each new instance before its first task. */
    public Builder onInstance(Consumer<Guest> prepare) {
      onInstance = prepare;
      return this;
    }

    /**
     * The description.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public PoolConfig build() {
      return new PoolConfig(
          minWorkers,
          maxWorkers,
          idleTimeout,
          sharing,
          strategy,
          queueCapacity,
          overflow,
          taskTimeout,
          engine,
          memoryLimit,
          stackBytes,
          hostFunctions,
          wasi,
          listener,
          onInstance);
    }
  }
}
