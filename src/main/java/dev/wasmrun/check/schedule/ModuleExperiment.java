package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunSession;

/**
 * A module as an experiment. What it writes to standard error is dropped.
 *
 * @param config how it is run; closed in itself, so that each run is like the others
 * @param locating whether the guest tells observers which instruction makes each access
 */
record ModuleExperiment(GuestModule module, RunConfig config, boolean locating)
    implements Experiment {

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
    return RunSession.prepare(module, config.controlled(output, output.stream(), locating), crew);
  }
}
