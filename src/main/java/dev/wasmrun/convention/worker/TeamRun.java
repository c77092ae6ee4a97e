package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.Tenants;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import java.util.Optional;

/** A leader and N workers over one shared memory; runs as the leader. */
final class TeamRun implements Crew.Body {
  private final RunRequest request;
  private final Linker linker;
  private final Entries entries;
  private final Crew crew;
  private final LinearMemory memory;
  private final Tenants tenants = new Tenants();
  private final Optional<ShadowStacks> stacks;

  TeamRun(RunRequest request, Linker linker, Entries entries, Crew crew) {
    this.request = request;
    this.linker = linker;
    this.entries = entries;
    this.crew = crew;
    this.stacks = stacks(request);
    GuestModule module = request.module();
    this.memory = request.memoryLimit().create(module.name(), module.memory().orElseThrow());
    crew.closeAtEnd(memory);
    if (request.deadlockWatch()) {
      crew.watchForDeadlock(memory);
    }
  }

  @Override
  public void run() throws InterruptedException {
    memory.reservation().shortcoming().ifPresent(request.listener()::noticed);
    request.listener().memoryCreated(memory);
    Guest leader = instantiate();
    leader.start();
    entries.setup().ifPresent(setup -> setup.call(leader, 0, request.threads()));
    Workers.run(request, crew, entries, this::work);
    entries.finish().ifPresent(finish -> finish.call(leader, 0, request.threads()));
  }

  private String work(int thread) {
    Guest worker = instantiate();
    stacks.ifPresent(shares -> shares.assign(worker, thread));
    return entries.work().call(worker, thread, request.threads());
  }

  /** The first instance, the leader's, writes the module's active data. */
  private Guest instantiate() {
    return linker.instantiate(Optional.of(memory), tenants.admit(request.module()));
  }

  /** A module whose stack cannot be set runs with one worker only, on the stack it has. */
  private static Optional<ShadowStacks> stacks(RunRequest request) {
    GuestModule module = request.module();
    return module.shadowStack().isPresent() && ShadowStacks.canBeSet(module)
        ? Optional.of(ShadowStacks.divide(module, request.threads()))
        : Optional.empty();
  }
}
