package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.GuestThread;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.guest.Returned;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The worker threads of a run, numbered from 0. */
final class Workers {
  private Workers() {}

  /** What one worker does; returns what its call did. */
  @FunctionalInterface
  interface Work {
    Returned run() throws InterruptedException;
  }

  /**
   * Runs each piece of work on a new guest thread and waits for all.
   *
   * @return what each returned, in the order of {@code works}
   * @throws InterruptedException if the run ends meanwhile
   */
  static List<Returned> run(Crew crew, List<Work> works) throws InterruptedException {
    // Each element is written by one worker and read after that worker was joined.
    var values = new AtomicReferenceArray<Returned>(works.size());
    var workers = new ArrayList<GuestThread>(works.size());
    for (int i = 0; i < works.size(); i++) {
      int thread = i;
      workers.add(
          crew.spawn(Integer.toString(thread), () -> values.set(thread, works.get(thread).run())));
    }
    for (GuestThread worker : workers) {
      worker.join();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException(); // a worker failed or never started: there are no values
    }
    var returned = new ArrayList<Returned>(works.size());
    for (int thread = 0; thread < works.size(); thread++) {
      returned.add(values.get(thread));
    }
    return returned;
  }

  /** Tells what each worker returned. */
  static void tell(List<Returned> values, RunListener listener) {
    for (int thread = 0; thread < values.size(); thread++) {
      listener.returned(thread, values.get(thread));
    }
  }
}
