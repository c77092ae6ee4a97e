package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunSession;
import java.io.ByteArrayInputStream;

/**
 * A module as an experiment. What it writes to standard error is dropped.
 *
 * @param config how it is run; closed in itself, so that each run is like the others
 * @param input what every run reads from standard input
 */
record ModuleExperiment(GuestModule module, RunConfig config, byte[] input) implements Experiment {

  @Override
  public String name() {
    return module.name();
  }

  @Override
  public String functionName(int index) {
    return module.functionName(index);
  }

  @Override
  public Crew.Body prepare(Crew crew, RunOutput output) {
    RunConfig controlled =
        config.controlled(output, new ByteArrayInputStream(input), output.stream());
    return RunSession.prepare(module, controlled, crew);
  }
}
