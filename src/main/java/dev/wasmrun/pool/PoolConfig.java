package dev.wasmrun.pool;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.run.GuestSettings;
import dev.wasmrun.run.RunConfig;
import java.time.Duration;
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
 * @param freshInstances whether each call gets an instance that has made none before
 * @param strategy who gets a task
 * @param queueCapacity how many tasks may wait for a worker, at least 0
 * @param overflow what becomes of a task beyond them
 * @param taskTimeout how long a task may run; without one, for ever
 * @param maxReplaced how many workers may be replaced at a time because their calls do not let
 *     themselves be ended, from 0
 * @param guests what each worker's instance gets; what of it is about a run and not about a guest
 *     has no meaning here. All workers share what WASI gives them. The listener is also told of
 *     instances that were given up and what that means
 * @param onInstance called with each new instance before its first task, on that task's thread
 */
public record PoolConfig(
    int minWorkers,
    int maxWorkers,
    Duration idleTimeout,
    MemorySharing sharing,
    boolean freshInstances,
    Strategy strategy,
    int queueCapacity,
    Overflow overflow,
    Optional<Duration> taskTimeout,
    int maxReplaced,
    RunConfig guests,
    Consumer<Guest> onInstance) {

  /** The most workers that a pool can have. */
  public static final int MOST_WORKERS = 4096;

  private static final Consumer<Guest> AS_IT_IS = guest -> {};

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
    require(
        maxReplaced >= 0 && maxReplaced <= MOST_WORKERS,
        "from 0 to %s workers may be replaced, got %s",
        MOST_WORKERS,
        maxReplaced);
    RunConfig.requirePositive("idleTimeout", idleTimeout);
    taskTimeout.ifPresent(limit -> RunConfig.requirePositive("taskTimeout", limit));
    Objects.requireNonNull(sharing, "sharing");
    Objects.requireNonNull(strategy, "strategy");
    Objects.requireNonNull(overflow, "overflow");
    Objects.requireNonNull(guests, "guests");
    Objects.requireNonNull(onInstance, "onInstance");
  }

  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(message.formatted(values));
    }
  }

  /** Whether code that is not ours gets hold of instances: host functions, or who prepares them. */
  boolean showsInstances() {
    return onInstance != AS_IT_IS || !guests.hostFunctions().isEmpty();
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
   * it, the least busy worker first, a queue of 1024 that then blocks, no time limit, at most 8
   * workers replaced at a time, notices to the system's logger {@code dev.wasmrun.pool}.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** A description in the making; used by one thread. Each method returns the builder itself. */
  public static final class Builder extends GuestSettings<Builder> {
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
    private static final int QUEUE_CAPACITY = 1024;
    private static final int MAX_REPLACED = 8;

    private int minWorkers = Runtime.getRuntime().availableProcessors();
    private int maxWorkers = minWorkers;
    private Duration idleTimeout = IDLE_TIMEOUT;
    private MemorySharing sharing = MemorySharing.AUTOMATIC;
    private boolean freshInstances;
    private Strategy strategy = Strategy.LEAST_BUSY;
    private int queueCapacity = QUEUE_CAPACITY;
    private Overflow overflow = Overflow.BLOCK;
    private Optional<Duration> taskTimeout = Optional.empty();
    private int maxReplaced = MAX_REPLACED;
    private Consumer<Guest> onInstance = AS_IT_IS;

    private Builder() {
      super(RunConfig.builder().listener(new NoticeLog()).build());
    }

    @Override
    protected Builder self() {
      return this;
    }

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

    /**
     * Whether each call gets an instance of its own, as it is after its start, and nothing of an
     * earlier call is left in it. If the memory is shared, what earlier calls wrote there is.
     */
    public Builder freshInstances(boolean fresh) {
      freshInstances = fresh;
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

    /**
     * How many workers may be replaced at a time because their calls do not let themselves be
     * ended.
     *
     * <p>A call that has run out of time, or that nobody wants any more, is interrupted; guests
     * notice that, host functions may not. After five seconds another worker takes the place of
     * this one, whose thread, instance and, if that is its own, memory stay until its call has
     * ended after all. Beyond the limit a worker keeps its place, and takes no other calls as long
     * as there are workers that can. Nobody is replaced where the workers of a C program share a
     * memory, and each has a part of the one stack: there is none for another.
     */
    public Builder maxReplaced(int most) {
      maxReplaced = most;
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
          freshInstances,
          strategy,
          queueCapacity,
          overflow,
          taskTimeout,
          maxReplaced,
          config(),
          onInstance);
    }
  }
}
