package dev.wasmrun.cli;

import dev.wasmrun.check.schedule.Experiment;
import dev.wasmrun.check.schedule.RunOutput;
import dev.wasmrun.convention.worker.TeamRun;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.parity.JavaSquad;
import dev.wasmrun.programs.GalleryMemory;
import dev.wasmrun.programs.Program;
import dev.wasmrun.programs.Results;
import java.util.List;

/** The pure-Java implementation of a program, to be run under chosen schedules. */
record JavaExperiment(Program program, int threads, long[] args) implements Experiment {

  @Override
  public String name() {
    return program.name();
  }

  @Override
  public Crew.Body prepare(Crew crew, RunOutput output) {
    var results =
        new Results() {
          @Override
          public void emit(long value) {
            output.emitted(value);
          }

          @Override
          public void print(String text) {
            output.printed(text);
          }
        };
    var squad = new JavaSquad(program, threads, args, results);
    return new TeamRun(
        List.of(squad), crew.observers().createShared(GalleryMemory.TYPE), crew, output, false);
  }
}
