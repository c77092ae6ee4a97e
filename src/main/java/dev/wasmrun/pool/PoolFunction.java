package dev.wasmrun.pool;

import dev.wasmrun.guest.ExportedFunction;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.module.Signature;
import java.util.concurrent.CompletableFuture;

/**
 * An exported function of a pool's module, found once for any number of calls.
 *
 * <p>Immutable; any number of threads may use it.
 */
public final class PoolFunction {
  private final WorkerPool pool;
  private final ExportedFunction function;
  private final int priority;

  PoolFunction(WorkerPool pool, ExportedFunction function, int priority) {
    this.pool = pool;
    this.function = function;
    this.priority = priority;
  }

  /** The same function, whose calls have a priority: see {@link Call#withPriority}. */
  public PoolFunction withPriority(int wanted) {
    return new PoolFunction(pool, function, wanted);
  }

  /** What it is exported as. */
  public String name() {
    return function.name();
  }

  /** Its type. */
  public Signature signature() {
    return function.signature();
  }

  /**
   * Has a worker call the function: as {@link WorkerPool#submit(Call)}.
   *
   * @param args as {@link Call#of} takes them
   * @throws dev.wasmrun.guest.UsageException if an argument does not suit it
   */
  public CompletableFuture<Returned> submit(Object... args) {
    return pool.submit(Call.of(function, args).withPriority(priority));
  }
}
