package dev.wasmrun.convention.worker;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.GuestThread;
import dev.wasmrun.crew.RunRequest;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;

/** The worker threads of a run, numbered from 0. */
final class Workers {
  private Workers() {}

  /**
   * Runs {@code work} on a new guest thread for each number and waits for all; then, if the entries
   * say that values are results, tells what each returned in the order of the numbers.
   *
   * @throws InterruptedException if the run ends meanwhile
   */
  static void run(RunRequest request, Crew crew, Entries entries, IntFunction<String> work)
      throws InterruptedException {
    int threads = request.threads();
    // Each element is written by one worker and read after that worker was joined.
    var values = new AtomicReferenceArray<String>(threads);
    var workers = new ArrayList<GuestThread>(threads);
    for (int i = 0; i < threads; i++) {
      int thread = i;
      workers.add(
          crew.spawn(Integer.toString(thread), () -> values.set(thread, work.apply(thread))));
    }
    for (GuestThread worker : workers) {
      worker.join();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException(); // a worker failed or never started: there are no values
    }
    if (entries.printsValues()) {
      for (int thread = 0; thread < threads; thread++) {
        request.listener().returned(thread, values.get(thread));
      }
    }
  }
}
