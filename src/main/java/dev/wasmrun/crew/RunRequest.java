package dev.wasmrun.crew;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Linker;
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
 * @param locating whether guest code is to tell an observer of the memory which instruction makes
 *     each access; it is slower then
 */
public record RunRequest(
    GuestModule module,
    Engine engine,
    int threads,
    Optional<String> invoke,
    List<String> args,
    MemoryLimit memoryLimit,
    boolean deadlockWatch,
    RunListener listener,
    boolean locating) {

  public RunRequest {
    if (threads < 1) {
      throw new IllegalArgumentException("a run has at least one thread: " + threads);
    }
    args = List.copyOf(args);
  }

  /** A request for a run that is not observed. */
  public RunRequest(
      GuestModule module,
      Engine engine,
      int threads,
      Optional<String> invoke,
      List<String> args,
      MemoryLimit memoryLimit,
      boolean deadlockWatch,
      RunListener listener) {
    this(module, engine, threads, invoke, args, memoryLimit, deadlockWatch, listener, false);
  }

  /** The same request with located code. */
  public RunRequest located() {
    return new RunRequest(
        module, engine, threads, invoke, args, memoryLimit, deadlockWatch, listener, true);
  }

  /**
   * Links the module as asked for.
   *
   * @throws dev.wasmrun.guest.LinkException if it cannot be
   */
  public Linker link(List<HostFunction> imports) {
    return new Linker(module, engine, imports, locating);
  }
}
