package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Linkability;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import java.util.ArrayList;
import java.util.List;

/** The worker convention: see the package. */
public final class WorkerConvention implements Convention {
  @Override
  public List<String> obstacles(GuestModule module) {
    var obstacles =
        new ArrayList<>(
            Linkability.obstacles(module, HostImports.forListener(new RunListener() {})));
    if (!GuestSquad.canStackForEach(module)) {
      obstacles.add(GuestSquad.NO_STACK);
    }
    return List.copyOf(obstacles);
  }

  @Override
  public Crew.Body prepare(RunRequest request, Crew crew) {
    GuestModule module = request.module();
    if (module.memory().filter(MemoryFacts::commonToThreads).isPresent()) {
      return team(request, crew);
    }
    if (request.threads() > 1 && module.memory().isPresent()) {
      request
          .listener()
          .noticed(
              "%s %s; each of the %d threads has its own"
                  .formatted(module.name(), whyNotShared(module), request.threads()));
    }
    return new SoloRuns(request, crew);
  }

  private static Crew.Body team(RunRequest request, Crew crew) {
    GuestModule module = request.module();
    var squad = new GuestSquad(request);
    LinearMemory memory =
        request.memoryLimit().create(module.name(), module.memory().orElseThrow());
    if (request.deadlockWatch()) {
      crew.watchForDeadlock(memory);
    }
    return new TeamRun(List.of(squad), memory, crew, request.listener(), squad.printsValues());
  }

  private static String whyNotShared(GuestModule module) {
    return module.memory().orElseThrow().imported()
        ? "imports a memory that is not shared"
        : "defines its memory rather than importing one";
  }
}
