package dev.wasmrun.parity;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.GuestThread;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.programs.GalleryMemory;
import dev.wasmrun.programs.Program;
import java.util.ArrayList;

/** A program's pure-Java implementation, on Java threads over a linear memory. */
record JavaContender(Program program) implements Contender {

  @Override
  public String label() {
    return "java";
  }

  @Override
  public Crew.Body prepare(int threads, long[] args, CollectedOutput output, Crew crew) {
    var memory = LinearMemory.create(GalleryMemory.TYPE);
    crew.closeAtEnd(memory);
    crew.watchForDeadlock(memory);
    return () -> {
      program.setup(memory, threads, args);
      var workers = new ArrayList<GuestThread>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        workers.add(
            crew.spawn(
                Integer.toString(thread), () -> program.work(memory, thread, threads, args)));
      }
      for (GuestThread worker : workers) {
        worker.join();
      }
      program.finish(memory, threads, args, output);
    };
  }
}
