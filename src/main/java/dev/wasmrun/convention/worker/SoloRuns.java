package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * N threads that share nothing: each instance sets up, works and finishes on its own memory, if the
 * module has one.
 */
final class SoloRuns implements Crew.Body {
  /** What a WASI reactor, a library rather than a command, exports to be called first. */
  private static final String INITIALIZE = "_initialize";

  private final RunRequest request;
  private final Linker linker;
  private final WorkerEntries entries;
  private final Crew crew;

  SoloRuns(RunRequest request, List<HostFunction> imports, Crew crew) {
    this.request = request;
    this.entries = WorkerEntries.of(request);
    this.linker = request.link(imports);
    this.crew = crew;
  }

  @Override
  public void run() throws InterruptedException {
    var works = new ArrayList<Workers.Work>(request.threads());
    for (int i = 0; i < request.threads(); i++) {
      int thread = i;
      works.add(() -> work(thread));
    }
    List<Returned> values = Workers.run(crew, works);
    if (entries.printsValues()) {
      Workers.tell(values, request.listener());
    }
  }

  private Returned work(int thread) {
    Guest guest = linker.instantiate(ownMemory(), ActiveData.WRITE);
    begin(guest);
    entries.setup().ifPresent(setup -> setup.call(guest, thread, request.threads()));
    Returned values = entries.work().call(guest, thread, request.threads());
    entries.finish().ifPresent(finish -> finish.call(guest, thread, request.threads()));
    return values;
  }

  /** Runs what a module wants to have run before anything else of it. */
  static void begin(Guest guest) {
    guest.start();
    if (guest.exportsFunction(INITIALIZE)) {
      guest.call(INITIALIZE);
    }
  }

  private Optional<LinearMemory> ownMemory() {
    Optional<LinearMemory> memory = request.createPrivateMemory(crew);
    memory.ifPresent(crew::closeAtEnd);
    if (request.deadlockWatch() && request.threads() == 1) {
      memory.ifPresent(crew::watchForDeadlock);
    }
    return memory;
  }
}
