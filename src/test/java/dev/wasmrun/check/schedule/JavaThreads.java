package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.GuestThread;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import java.util.ArrayList;
import java.util.List;

/** Programs whose threads are written in Java, over one page of memory. */
final class JavaThreads implements Experiment {

  /** What a thread does. */
  @FunctionalInterface
  interface Work {
    void run(LinearMemory memory, RunOutput output) throws InterruptedException;
  }

  private final List<Work> works;
  private final Work after;

  private JavaThreads(List<Work> works, Work after) {
    this.works = works;
    this.after = after;
  }

  /** Threads that nobody waits for. */
  static JavaThreads of(Work... works) {
    return new JavaThreads(List.of(works), null);
  }

  /** The same threads, and something that their starter does when all have ended. */
  JavaThreads then(Work check) {
    return new JavaThreads(works, check);
  }

  @Override
  public String name() {
    return "java";
  }

  @Override
  public Crew.Body prepare(Crew crew, RunOutput output) {
    LinearMemory memory = crew.observers().createShared(new MemoryType(1, 1, true));
    crew.closeAtEnd(memory);
    return () -> {
      var members = new ArrayList<GuestThread>();
      for (int i = 0; i < works.size(); i++) {
        Work work = works.get(i);
        members.add(crew.spawn(Integer.toString(i), () -> work.run(memory, output)));
      }
      if (after != null) {
        for (GuestThread member : members) {
          member.join();
        }
        after.run(memory, output);
      }
    };
  }
}
