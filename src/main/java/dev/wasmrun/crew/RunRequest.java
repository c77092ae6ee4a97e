package dev.wasmrun.crew;

import dev.wasmrun.Internal;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What to run and how, as a convention gets it; {@code run.RunConfig} is where it is described.
 *
 * @param threads the number of worker threads, at least 1
 * @param invoke the export to call instead of the convention's own
 * @param args the guest's arguments, as the user wrote them
 * @param deadlockWatch whether the run ends when all its threads wait for one another; to be false
 *     if somebody outside the crew may notify
 * @param hostFunctions functions that the module may import, in addition to what its convention
 *     provides, and before that
 * @param locating whether guest code is to tell an observer of the memory which instruction makes
 *     each access; it is slower then
 */
@Internal
public record RunRequest(
    GuestModule module,
    Engine engine,
    int threads,
    Optional<String> invoke,
    List<String> args,
    MemoryLimit memoryLimit,
    TableLimit tableLimit,
    boolean deadlockWatch,
    RunListener listener,
    List<HostFunction> hostFunctions,
    boolean locating) {

  /**
   * Checks the number of threads.
   *
   * @throws IllegalArgumentException if there is none
   */
  public RunRequest {
    if (threads < 1) {
      throw new IllegalArgumentException("a run has at least one thread: " + threads);
    }
    args = List.copyOf(args);
    hostFunctions = List.copyOf(hostFunctions);
  }

  /**
   * Links the module as asked for.
   *
   * @param imports what its convention provides
   * @throws dev.wasmrun.guest.LinkException if it cannot be
   */
  public Linker link(List<HostFunction> imports) {
    var functions = new ArrayList<>(hostFunctions); // found first
    functions.addAll(imports);
    return new Linker(module, engine, functions, tableLimit, memoryLimit, locating);
  }

  /**
   * Creates the memory that a crew's members are to have in common, as the module declares it and
   * the limit allows.
   *
   * @throws dev.wasmrun.guest.LinkException if the limit does not even allow its initial size
   */
  public LinearMemory createMemory(Crew crew) {
    return create(module.memory().orElseThrow(), crew.observers()::createShared);
  }

  /**
   * Creates a memory for one member alone, if the module has one; no observer is told of it.
   *
   * @throws dev.wasmrun.guest.LinkException as the other
   */
  public Optional<LinearMemory> createPrivateMemory(Crew crew) {
    return module.memory().map(declared -> create(declared, crew.observers()::createPrivate));
  }

  private LinearMemory create(MemoryFacts declared, Function<MemoryType, LinearMemory> creation) {
    return memoryLimit.create(module.name(), declared, creation);
  }
}
