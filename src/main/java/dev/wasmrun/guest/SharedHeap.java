package dev.wasmrun.guest;

import dev.wasmrun.Internal;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The heap of several instances over one memory. C libraries lock theirs; the runtimes of
 * AssemblyScript that free memory keep what they know of it in globals, of which each instance has
 * its own, and would give the same bytes to several.
 */
@Internal
public final class SharedHeap {
  /** The file of their allocator, which they name when it fails. */
  private static final String ALLOCATOR = "~lib/rt/tlsf.ts";

  /** The file of the collector whose globals the start function sets, in the leader alone. */
  private static final String COLLECTOR = "~lib/rt/itcms.ts";

  private SharedHeap() {}

  /** Why a module serves not even one worker beside its leader; empty if its heap is no reason. */
  static Optional<String> obstacleToOne(GuestModule module) {
    boolean leaderAllocates =
        module.exportedFunctions().containsKey("setup")
            || module.exportedFunctions().containsKey("finish");
    return obstacle(module)
        .filter(why -> leaderAllocates || module.mentions(COLLECTOR, StandardCharsets.UTF_16LE));
  }

  /** Why a module serves no more than one worker; empty if its heap is no reason. */
  public static Optional<String> obstacle(GuestModule module) {
    boolean shared = module.memory().filter(MemoryFacts::commonToThreads).isPresent();
    return shared && module.mentions(ALLOCATOR, StandardCharsets.UTF_16LE)
        ? Optional.of(
            "its AssemblyScript runtime allocates for one instance only;"
                + " build with --runtime stub, and allocate nothing in work")
        : Optional.empty();
  }
}
