package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import dev.wasmrun.module.AddressRange;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.module.SideModule;
import java.util.Optional;

/**
 * The stacks in linear memory of several C instances over one memory: the module's one stack,
 * divided.
 *
 * <pre>
 *   low                                                             initial stack pointer
 *   ├─ worker N-1 ─┼─ … ─┼─ worker 1 ─┼─ worker 0 ─┼──────── leader ────────┤
 *                                     ├ stack ◀ TLS ┤        ◀ grows down
 * </pre>
 *
 * <p>A worker's thread-local variables, where the module has any, lie at the high end of its share.
 */
@Internal
public final class ShadowStacks {
  /** Why a module whose stack cannot be set serves no more than one worker. */
  private static final String NO_STACK =
      "it keeps a stack in memory and exports no way to set it for each thread;"
          + " export stackRestore or __stack_pointer";

  private static final int ALIGNMENT = 16;
  private static final int LEAST_SHARE = 16 * 1024;
  private static final int LARGEST_SHARE = 1024 * 1024;

  private final GuestModule module;
  private final int initial;
  private final int share;

  private ShadowStacks(GuestModule module, int initial, int share) {
    this.module = module;
    this.initial = initial;
    this.share = share;
  }

  /** Why a module serves no more than one worker; empty if it serves several. */
  public static Optional<String> obstacle(GuestModule module) {
    Optional<String> ofHeap = SharedHeap.obstacle(module);
    return ofHeap.isPresent() || canServeEach(module) ? ofHeap : Optional.of(NO_STACK);
  }

  /** Whether every worker can have a stack of its own, or the module needs none. */
  private static boolean canServeEach(GuestModule module) {
    return module.memory().filter(MemoryFacts::commonToThreads).isEmpty()
        || module.shadowStack().isEmpty()
        || canBeSet(module);
  }

  /** Whether an instance can be told where its stack is. */
  private static boolean canBeSet(GuestModule module) {
    return module.exportedFunctions().containsKey("stackRestore")
        || module.exports().containsKey(SideModule.STACK_POINTER)
        || module.importsStackPointer();
  }

  /**
   * The stacks for a leader and a number of workers; empty if the module has no stack in memory, or
   * one that cannot be set, which serves one worker as it is.
   *
   * @throws LinkException if instances cannot share a heap, if there are several workers and the
   *     stack cannot be set, or if a share would be less than 16 KiB
   */
  public static Optional<ShadowStacks> forWorkers(GuestModule module, int workers) {
    Optional<String> obstacle = workers > 1 ? obstacle(module) : SharedHeap.obstacleToOne(module);
    if (obstacle.isPresent()) {
      throw new LinkException(
          "cannot run %s%s: %s"
              .formatted(
                  module.name(),
                  workers > 1 ? " on %s threads".formatted(workers) : "",
                  obstacle.get()));
    }
    return module.shadowStack().isPresent() && canBeSet(module)
        ? Optional.of(divide(module, workers))
        : Optional.empty();
  }

  private static ShadowStacks divide(GuestModule module, int workers) {
    AddressRange whole = module.shadowStack().orElseThrow();
    int available = (int) whole.size();
    int share = Math.min(available / (workers + 1), LARGEST_SHARE) & -ALIGNMENT;
    if (share < LEAST_SHARE) {
      throw new LinkException(
          "cannot run %s on %s threads: its stack of %s bytes leaves less than %s for each; build with a larger stack (-sSTACK_SIZE, or -sTOTAL_STACK for old Emscripten)"
              .formatted(module.name(), workers, available, LEAST_SHARE));
    }
    return new ShadowStacks(module, (int) whole.end(), share);
  }

  /**
   * Gives a worker's instance its share of the stack, and its thread-local variables.
   *
   * @param thread number of the worker, from 0
   */
  public void assign(Guest worker, int thread) {
    int top = initial - (thread + 1) * share;
    int low = top - share;
    if (worker.exportsFunction("__wasm_init_tls")) {
      int block = threadLocalBlock(worker, top, low);
      setStack(worker, block & -ALIGNMENT, low);
      worker.call("__wasm_init_tls", block);
    } else {
      setStack(worker, top, low);
    }
  }

  private int threadLocalBlock(Guest worker, int top, int low) {
    if (!worker.exportsGlobal("__tls_size")) {
      throw new LinkException(
          "cannot run %s on several threads: it exports __wasm_init_tls but not __tls_size"
              .formatted(module.name()));
    }
    int size = worker.globalInt("__tls_size");
    int alignment =
        worker.exportsGlobal("__tls_align") ? worker.globalInt("__tls_align") : ALIGNMENT;
    int block = (top - size) & -Math.max(alignment, 1);
    if (block - low < share / 2) {
      throw new LinkException(
          "cannot run %s on so many threads: its %s bytes of thread-local variables do not fit in a share of %s bytes of stack; build with a larger stack"
              .formatted(module.name(), size, share));
    }
    return block;
  }

  private static void setStack(Guest worker, int stack, int low) {
    if (worker.exportsFunction("emscripten_stack_set_limits")) {
      worker.call("emscripten_stack_set_limits", stack, low);
    }
    if (worker.exportsFunction("__set_stack_limits")) {
      worker.call("__set_stack_limits", stack, low);
    }
    if (worker.exportsFunction("stackRestore")) {
      worker.call("stackRestore", stack);
    } else {
      worker.setStackPointer(stack);
    }
  }
}
