package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.engine.ActiveFunction;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleSources;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunSession;
import dev.wasmrun.source.SourceFrame;
import java.io.ByteArrayInputStream;
import java.util.List;

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
  public List<SourceFrame> frames(ActiveFunction function) {
    return ModuleSources.of(module).frames(function.index(), function.offset());
  }

  @Override
  public Crew.Body prepare(Crew crew, RunOutput output) {
    RunConfig controlled =
        config.controlled(output, new ByteArrayInputStream(input), output.stream());
    return RunSession.prepare(module, controlled, crew);
  }
}
