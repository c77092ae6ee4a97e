package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Linkability;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import java.util.ArrayList;
import java.util.List;

/** The worker convention: see the package. */
public final class WorkerConvention implements Convention {
  private static final String NO_STACK =
      "it keeps a stack in memory and exports no way to set it for each thread;"
          + " export stackRestore or __stack_pointer";

  @Override
  public List<String> obstacles(GuestModule module) {
    var obstacles =
        new ArrayList<>(
            Linkability.obstacles(module, HostImports.forListener(new RunListener() {})));
    if (needsStacks(module) && !ShadowStacks.canBeSet(module)) {
      obstacles.add(NO_STACK);
    }
    return List.copyOf(obstacles);
  }

  @Override
  public Crew.Body prepare(RunRequest request, Crew crew) {
    GuestModule module = request.module();
    var entries = Entries.of(request);
    if (request.threads() > 1 && needsStacks(module) && !ShadowStacks.canBeSet(module)) {
      throw new LinkException(
          "cannot run %s on %d threads: %s".formatted(module.name(), request.threads(), NO_STACK));
    }
    var linker = new Linker(module, request.engine(), HostImports.forListener(request.listener()));
    if (sharesMemory(module)) {
      return new TeamRun(request, linker, entries, crew);
    }
    if (request.threads() > 1 && module.memory().isPresent()) {
      request
          .listener()
          .noticed(
              "%s %s; each of the %d threads has its own"
                  .formatted(module.name(), whyNotShared(module), request.threads()));
    }
    return new SoloRuns(request, linker, entries, crew);
  }

  private static boolean sharesMemory(GuestModule module) {
    return module.memory().filter(MemoryFacts::commonToThreads).isPresent();
  }

  private static boolean needsStacks(GuestModule module) {
    return sharesMemory(module) && module.shadowStack().isPresent();
  }

  private static String whyNotShared(GuestModule module) {
    return module.memory().orElseThrow().imported()
        ? "imports a memory that is not shared"
        : "defines its memory rather than importing one";
  }
}
