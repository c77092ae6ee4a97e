package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.LinearMemory;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Progress of the programs whose memory tells it, on one thread and on several. */
class ProgressTest {
  private static final List<String> UNTOLD = List.of("notify-order", "serialization");

  /** Nothing has been done after setup, and everything in the end. */
  @TestFactory
  Stream<DynamicTest> goesFromNothingToEverything() {
    return Catalogue.entries().stream()
        .flatMap(entry -> entry.program().stream())
        .filter(Program::deterministic)
        .filter(program -> !UNTOLD.contains(program.name()))
        .flatMap(
            program ->
                Stream.of(1, 2, 5)
                    .map(
                        threads ->
                            DynamicTest.dynamicTest(
                                program.name() + ", " + threads,
                                () -> assertGoesToOne(program, threads))));
  }

  private static void assertGoesToOne(Program program, int threads) throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = program.sampleArguments();
      program.setup(memory, threads, args);
      assertEquals(0, program.progress(memory, threads, args).orElseThrow().share());
      ProgramTeam.run(memory, program, threads, args);
      assertEquals(1, program.progress(memory, threads, args).orElseThrow().share());
    }
  }

  @Test
  void whatIsHalfDoneIsAHalf() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      var actors = new Actors();
      long[] args = ProgramTeam.padded(actors, 10, 20);
      actors.setup(memory, 3, args);
      // Two pairs play 20 rounds each, three actors make 10 transfers each: 70.
      memory.setLong(ActorsLayout.actor(0) + ActorsLayout.ROUNDS, 20);
      memory.setLong(ActorsLayout.actor(2) + ActorsLayout.ROUNDS, 10);
      memory.setLong(ActorsLayout.actor(1) + ActorsLayout.SENT, 5);
      assertEquals(0.5, actors.progress(memory, 3, args).orElseThrow().share());

      var ring = new RingBuffer();
      args = ProgramTeam.padded(ring, 100);
      ring.setup(memory, 4, args);
      memory.setLong(RingBufferLayout.lane(1) + RingBufferLayout.RECEIVED, 20);
      memory.setLong(RingBufferLayout.lane(3) + RingBufferLayout.RECEIVED, 30);
      assertEquals(0.25, ring.progress(memory, 4, args).orElseThrow().share());
    }
  }

  @Test
  void whereTheMemoryDoesNotTellThereIsNone() throws Exception {
    for (String name : UNTOLD) {
      Program program = Catalogue.find(name).orElseThrow().program().orElseThrow();
      try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
        program.setup(memory, 2, program.sampleArguments());
        assertTrue(program.progress(memory, 2, program.sampleArguments()).isEmpty());
      }
    }
  }
}
