package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.MemoryModules;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.LinearMemory;
import java.util.ArrayList;
import java.util.List;

/** The workers of one or more squads over one shared memory; runs as their leader. */
public final class TeamRun implements Crew.Body {
  private final List<Squad> squads;
  private final LinearMemory memory;
  private final Crew crew;
  private final RunListener listener;
  private final boolean printsValues;

  /**
   * Creates a run in which workers are numbered in the order of their squads.
   *
   * @param memory closed when the crew ends
   * @param printsValues whether what the workers return is a result
   */
  public TeamRun(
      List<Squad> squads,
      LinearMemory memory,
      Crew crew,
      RunListener listener,
      boolean printsValues) {
    this.squads = List.copyOf(squads);
    this.memory = memory;
    this.crew = crew;
    this.listener = listener;
    this.printsValues = printsValues;
    crew.closeAtEnd(memory);
  }

  @Override
  public void run() throws InterruptedException {
    memory.reservation().shortcoming().ifPresent(listener::noticed);
    listener.memoryCreated(memory);
    var memoryModules = new MemoryModules();
    squads.forEach(squad -> squad.enter(memory, memoryModules));
    List<Workers.Work> works = works();
    squads.get(0).setup(works.size());
    List<Returned> values = Workers.run(crew, works);
    if (printsValues) {
      Workers.tell(values, listener);
    }
    squads.get(0).finish(works.size());
  }

  /** One for each worker of the team, in the order of thread numbers. */
  private List<Workers.Work> works() {
    int threads = squads.stream().mapToInt(Squad::workers).sum();
    var works = new ArrayList<Workers.Work>(threads);
    for (Squad squad : squads) {
      for (int i = 0; i < squad.workers(); i++) {
        int worker = i;
        int thread = works.size();
        works.add(() -> squad.work(worker, thread, threads));
      }
    }
    return works;
  }
}
