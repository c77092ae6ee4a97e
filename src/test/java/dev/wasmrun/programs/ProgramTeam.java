package dev.wasmrun.programs;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.LinearMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A run of a program, all its phases, on Java threads. */
final class ProgramTeam {
  private ProgramTeam() {}

  /** Runs on a new memory; arguments that are not given are 0. */
  static Delivered run(Program program, int threads, long... args) throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      return run(memory, program, threads, args);
    }
  }

  static Delivered run(LinearMemory memory, Program program, int threads, long... args)
      throws Exception {
    long[] padded = padded(program, args);
    program.setup(memory, threads, padded);
    Hammer.strike(threads, thread -> program.work(memory, thread, threads, padded));
    return finish(memory, program, threads, padded);
  }

  static Delivered finish(LinearMemory memory, Program program, int threads, long[] args) {
    Delivered delivered = new Delivered(new ArrayList<>(), new StringBuilder());
    program.finish(memory, threads, args, delivered);
    return delivered;
  }

  static long[] padded(Program program, long... args) {
    return Arrays.copyOf(args, program.parameters().size());
  }

  /** What a program has delivered. */
  record Delivered(List<Long> emitted, StringBuilder printed) implements Results {
    @Override
    public void emit(long value) {
      emitted.add(value);
    }

    @Override
    public void print(String text) {
      printed.append(text);
    }

    String text() {
      return printed.toString();
    }
  }
}
