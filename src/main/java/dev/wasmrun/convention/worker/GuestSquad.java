package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.MemoryModules;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.ShadowStacks;
import dev.wasmrun.guest.SystemClockAndRandomness;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import java.util.Optional;

/**
 * Workers that are instances of one module; a further instance, the leader, sets up and finishes.
 */
public final class GuestSquad implements Squad {
  private final GuestModule module;
  private final int workers;
  private final WorkerEntries entries;
  private final Linker linker;
  private final Optional<ShadowStacks> stacks;

  // Written by enter, before any worker's thread starts.
  private LinearMemory memory;
  private MemoryModules memoryModules;
  private Guest leader;

  /**
   * Checks and links the module of a request, whose threads are this squad's workers.
   *
   * @param imports what the host provides to the module
   * @throws dev.wasmrun.guest.UsageException if the request does not suit the module's exports
   * @throws LinkException if the module cannot be linked, or not for so many workers
   */
  public GuestSquad(RunRequest request, List<HostFunction> imports) {
    this.module = request.module();
    this.workers = request.threads();
    this.entries = WorkerEntries.of(request);
    this.stacks = ShadowStacks.forWorkers(module, workers);
    this.linker = request.link(imports);
  }

  /**
   * A squad of the module of a request that needs no more than what every module is provided.
   *
   * @throws dev.wasmrun.guest.UsageException as the other constructor
   * @throws LinkException as the other constructor
   */
  public GuestSquad(RunRequest request) {
    this(request, HostImports.forListener(request.listener(), new SystemClockAndRandomness()));
  }

  @Override
  public int workers() {
    return workers;
  }

  /** Whether what the workers return is a result. */
  boolean printsValues() {
    return entries.printsValues();
  }

  @Override
  public void enter(LinearMemory teams, MemoryModules others) {
    memory = teams;
    memoryModules = others;
    leader = instantiate();
    leader.begin();
    stacks.ifPresent(shares -> shares.reserve(leader, workers));
  }

  @Override
  public void setup(int threads) {
    entries.setup().ifPresent(setup -> setup.call(leader, 0, threads));
  }

  @Override
  public Returned work(int worker, int thread, int threads) {
    Guest guest = instantiate();
    stacks.ifPresent(shares -> shares.assign(guest, worker));
    return entries.work().call(guest, thread, threads);
  }

  @Override
  public void finish(int threads) {
    entries.finish().ifPresent(finish -> finish.call(leader, 0, threads));
  }

  /** The first instance, the leader's, writes the module's active data. */
  private Guest instantiate() {
    return linker.instantiate(Optional.of(memory), memoryModules.admit(module));
  }
}
