package dev.wasmrun.pool;

import dev.wasmrun.convention.worker.HostImports;
import dev.wasmrun.crew.Observers;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.ShadowStacks;
import dev.wasmrun.guest.SystemClockAndRandomness;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryOwner;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.run.RunSession;
import dev.wasmrun.wasi.Wasi;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The source of a pool's instances, and what they have in common: imports and, if shared, memory.
 *
 * <p>Thread-safe. Closed when no instance is used any more.
 */
final class Instances implements AutoCloseable {
  private final GuestModule module;
  private final PoolConfig config;
  private final Linker linker;

  // Of a shared memory only. The leader wrote the active data; its siblings leave it alone.
  private final Optional<ShadowStacks> stacks;
  private final Optional<Guest> leader;

  /** Where each has its own memory, or none. */
  private final Template template = new Template(this::make, Guest::begin, this::discard);

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  /**
   * Links the module and, for a shared memory, creates that and runs the start function.
   *
   * @param most how many instances there will be at a time
   * @throws LinkException if the module cannot be linked, or not for so many
   * @throws dev.wasmrun.guest.GuestFailure if its start function does not return
   */
  Instances(GuestModule module, PoolConfig config, int most) {
    this.module = config.sharing() == MemorySharing.SHARED ? sharing(module) : module;
    this.config = config;
    boolean shared = isShared();
    try {
      this.stacks = shared ? ShadowStacks.forWorkers(this.module, most) : Optional.empty();
      this.linker =
          new Linker(
              this.module,
              config.guests().engine(),
              imports(),
              config.guests().tableLimit(),
              config.guests().memoryLimit(),
              false);
      this.leader = shared ? Optional.of(lead()) : Optional.empty();
      resources.push(template);
    } catch (RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  private static GuestModule sharing(GuestModule module) {
    try {
      return module.sharingMemory();
    } catch (ModuleException e) {
      throw new LinkException(e.getMessage());
    }
  }

  private boolean isShared() {
    return config.sharing() != MemorySharing.PRIVATE
        && module.memory().filter(MemoryFacts::commonToThreads).isPresent();
  }

  private List<HostFunction> imports() {
    var functions = new ArrayList<>(config.guests().hostFunctions()); // found first
    functions.addAll(
        HostImports.forListener(config.guests().listener(), new SystemClockAndRandomness()));
    if (Wasi.isImportedBy(module)) {
      var wasi = Wasi.create(RunSession.wasiOptions(module, config.guests()));
      resources.push(wasi);
      functions.addAll(wasi.functions());
    }
    return functions;
  }

  private Guest lead() {
    LinearMemory memory = memory(module.memory().orElseThrow());
    resources.push(memory);
    Guest guest = linker.instantiate(Optional.of(memory), ActiveData.WRITE);
    guest.begin();
    stacks.ifPresent(shares -> shares.reserve(guest, 0));
    return guest;
  }

  private LinearMemory memory(MemoryFacts asked) {
    return config
        .guests()
        .memoryLimit()
        .create(module.name(), asked, Observers.none()::createPrivate);
  }

  /**
   * How many instances there may be beyond those asked for: one in the place of another that cannot
   * be freed needs a stack of its own.
   */
  int spares() {
    boolean each = leader.isEmpty() || stacks.isEmpty() && ShadowStacks.obstacle(module).isEmpty();
    return each ? config.maxReplaced() : 0;
  }

  /** The memory that all instances share; empty if each has its own, or none. */
  Optional<LinearMemory> sharedMemory() {
    return leader.map(Guest::memory);
  }

  /**
   * Creates an instance, ready for calls on the current thread.
   *
   * @param number which of the instances that there may be at a time, from 0
   * @throws RuntimeException if it cannot be created, or its start function does not return
   */
  Guest create(int number) {
    if (leader.isPresent()) {
      Guest guest = leader.get().sibling();
      stacks.ifPresent(shares -> shares.assign(guest, number));
      config.onInstance().accept(guest);
      return guest;
    }
    Guest guest = template.create();
    try {
      config.onInstance().accept(guest);
      return guest;
    } catch (RuntimeException e) {
      discard(guest);
      throw e;
    }
  }

  private Guest make() {
    Optional<LinearMemory> memory = module.memory().map(this::memory);
    try {
      return linker.instantiate(memory, ActiveData.WRITE);
    } catch (RuntimeException e) {
      memory.ifPresent(LinearMemory::close);
      throw e;
    }
  }

  /** Gives up an instance that no thread uses any more, and its memory unless that is shared. */
  void discard(Guest guest) {
    if (leader.isPresent() || module.memory().isEmpty()) {
      return;
    }
    if (config.showsInstances()) {
      guest.memory().close(); // a thread of who was shown it may still look at it
    } else {
      MemoryOwner.closeUnused(guest.memory());
    }
  }

  private void closeAfter(RuntimeException failure) {
    try {
      close();
    } catch (IllegalStateException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot release what " + module.name() + " used", e);
      }
    }
  }
}
