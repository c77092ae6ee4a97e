package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import java.util.Optional;

/** One instance of a WASI command: a program that the host starts and that does the rest itself. */
final class CommandRun implements Crew.Body {
  private static final String ENTRY = "_start";

  private final Linker linker;
  private final Optional<LinearMemory> memory;

  /**
   * Creates a run.
   *
   * @throws UsageException if more than one thread is asked for
   */
  CommandRun(RunRequest request, Linker linker, Crew crew) {
    if (request.threads() > 1) {
      throw new UsageException(
          "%s is a command with a _start of its own, which runs on one thread; leave out --threads %s"
              .formatted(request.module().name(), request.threads()));
    }
    this.linker = linker;
    this.memory = request.createPrivateMemory(crew);
    memory.ifPresent(crew::closeAtEnd);
    if (request.deadlockWatch()) {
      memory.ifPresent(crew::watchForDeadlock);
    }
  }

  /** Whether a module is run this way: it has a main program and no work for workers. */
  static boolean suits(GuestModule module) {
    return module.exportedFunctions().containsKey(ENTRY)
        && !module.exportedFunctions().containsKey("work");
  }

  @Override
  public void run() {
    Guest guest = linker.instantiate(memory, ActiveData.WRITE);
    guest.start();
    guest.call(ENTRY);
  }
}
