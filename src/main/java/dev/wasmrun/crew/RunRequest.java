package dev.wasmrun.crew;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import java.util.Optional;

/**
 * What to run and how.
 *
 * @param threads the number of worker threads, at least 1
 * @param invoke the export to call instead of the convention's own
 * @param args the guest's arguments, as the user wrote them
 * @param deadlockWatch whether the run ends when all its threads wait for one another; to be false
 *     if somebody outside the crew may notify
 */
public record RunRequest(
    GuestModule module,
    Engine engine,
    int threads,
    Optional<String> invoke,
    List<String> args,
    MemoryLimit memoryLimit,
    boolean deadlockWatch,
    RunListener listener) {

  public RunRequest {
    if (threads < 1) {
      throw new IllegalArgumentException("a run has at least one thread: " + threads);
    }
    args = List.copyOf(args);
  }
}
