package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import dev.wasmrun.module.AddressRange;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stacks in linear memory of several C instances over one memory, each a region of its own.
 *
 * <p>A module that exports {@code malloc} allocates them, each as large as its own is. Another one
 * has its one stack divided:
 *
 * <pre>
 *   low                                                             initial stack pointer
 *   ├─ worker N-1 ─┼─ … ─┼─ worker 1 ─┼─ worker 0 ─┼──────── leader ────────┤
 *                                     ├ stack ◀ TLS ┤        ◀ grows down
 * </pre>
 *
 * <p>A worker's thread-local variables, where the module has any, lie at the high end of its
 * region. What is allocated stays so: a worker's number, and with it its stack, passes on to who
 * takes its place, and the memory ends with the run or pool. Thread-safe.
 */
@Internal
public final class ShadowStacks {
  /** Why a module whose stack cannot be set serves no more than one worker. */
  private static final String NO_STACK =
      "it keeps a stack in memory and exports no way to set it for each thread;"
          + " export stackRestore or __stack_pointer (--export=__stack_pointer)";

  private static final Signature OF_MALLOC =
      new Signature(List.of(ValueType.I32), List.of(ValueType.I32));

  private static final String MALLOC = "malloc";
  private static final int ALIGNMENT = 16;

  private static final int LEAST_SHARE = 16 * 1024;
  private static final int LEAST_ALLOCATED = 64 * 1024;
  private static final int LARGEST_SHARE = 1024 * 1024;

  private final GuestModule module;
  private final Regions regions;

  private ShadowStacks(GuestModule module, Regions regions) {
    this.module = module;
    this.regions = regions;
  }

  /** A region of a worker's own: its low end, and its size in bytes. */
  private record Region(int low, int size) {
    int top() {
      return low + size;
    }
  }

  /** Where the regions come from. */
  private sealed interface Regions {
    Region of(int worker);
  }

  /** The module's one stack. */
  private record Divided(int initial, int share) implements Regions {
    @Override
    public Region of(int worker) {
      return new Region(initial - (worker + 2) * share, share);
    }
  }

  /** The module's own heap. */
  private static final class Allocated implements Regions {
    private final int stack;

    // Both guarded by this. The leader runs nothing else when regions are asked for.
    private final Map<Integer, Region> regions = new HashMap<>();
    private Guest leader;

    Allocated(int stack) {
      this.stack = stack;
    }

    @Override
    public synchronized Region of(int worker) {
      return regions.computeIfAbsent(worker, this::allocate);
    }

    private Region allocate(int worker) {
      GuestModule module = leader.module();
      int size = stack + ALIGNMENT;
      if (ThreadLocalBlocks.has(module)) {
        size += ThreadLocalBlocks.size(leader) + ThreadLocalBlocks.alignment(leader);
      }
      int low = (int) leader.call(MALLOC, size)[0];
      if (low == 0) {
        throw new LinkException(
            "cannot run %s on so many threads: its malloc has no %s bytes for the stack of worker %s; build with a larger maximum of memory"
                .formatted(module.name(), size, worker));
      }
      return new Region(low, size);
    }

    synchronized void reserve(Guest lender, int workers) {
      leader = lender;
      for (int worker = 0; worker < workers; worker++) {
        of(worker);
      }
    }
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
        || module.stackPointerGlobal().isPresent()
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
        ? Optional.of(new ShadowStacks(module, regionsOf(module, workers)))
        : Optional.empty();
  }

  private static Regions regionsOf(GuestModule module, int workers) {
    AddressRange whole = module.shadowStack().orElseThrow();
    if (OF_MALLOC.equals(module.exportedFunctions().get(MALLOC))) {
      long size = Math.min(Math.max(whole.size(), LEAST_ALLOCATED), LARGEST_SHARE);
      return new Allocated((int) size & -ALIGNMENT);
    }
    int available = (int) whole.size();
    int share = Math.min(available / (workers + 1), LARGEST_SHARE) & -ALIGNMENT;
    if (share < LEAST_SHARE) {
      throw new LinkException(
          "cannot run %s on %s threads: its stack of %s bytes leaves less than %s for each; build with a larger stack (-sSTACK_SIZE, or -sTOTAL_STACK for old Emscripten; -z stack-size for others), or export malloc"
              .formatted(module.name(), workers, available, LEAST_SHARE));
    }
    return new Divided((int) whole.end(), share);
  }

  /**
   * Has the stacks of the first workers allocated, where they are. To be called once, before any is
   * assigned.
   *
   * @param leader which has begun, and runs nothing else now or when a stack is assigned
   */
  public void reserve(Guest leader, int workers) {
    if (regions instanceof Allocated allocated) {
      allocated.reserve(leader, workers);
    }
  }

  /**
   * Gives a worker's instance its stack, and its thread-local variables.
   *
   * @param thread number of the worker, from 0
   */
  public void assign(Guest worker, int thread) {
    Region region = regions.of(thread);
    if (ThreadLocalBlocks.has(module)) {
      int block = threadLocalBlock(worker, region);
      setStack(worker, block & -ALIGNMENT, region.low());
      ThreadLocalBlocks.give(worker, block);
    } else {
      setStack(worker, region.top() & -ALIGNMENT, region.low());
    }
  }

  private int threadLocalBlock(Guest worker, Region region) {
    int block = ThreadLocalBlocks.below(worker, region.top());
    if (block - region.low() < region.size() / 2) {
      throw new LinkException(
          "cannot run %s on so many threads: its %s bytes of thread-local variables do not fit in a share of %s bytes of stack; build with a larger stack"
              .formatted(module.name(), ThreadLocalBlocks.size(worker), region.size()));
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
