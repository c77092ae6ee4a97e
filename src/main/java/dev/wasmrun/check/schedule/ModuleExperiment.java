package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.run.Conventions;
import dev.wasmrun.wasi.WasiOptions;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A module as an experiment, by its convention. It gets an empty standard input and no file; what
 * it writes to standard error is dropped.
 *
 * @param convention how its threads come about
 * @param threads the number of worker threads, at least 1
 * @param invoke the export to call instead of the convention's own
 * @param args the guest's arguments
 * @param environment the variables that a program of WASI or Emscripten finds
 * @param maxThreads the most threads that a guest may have at a time
 * @param locating whether the guest tells observers which instruction makes each access
 */
record ModuleExperiment(
    GuestModule module,
    ConventionName convention,
    Engine engine,
    int threads,
    Optional<String> invoke,
    List<String> args,
    Map<String, String> environment,
    MemoryLimit memoryLimit,
    int maxThreads,
    boolean locating)
    implements Experiment {

  public ModuleExperiment {
    args = List.copyOf(args);
  }

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
    // The scheduler itself sees when nobody can go on.
    boolean deadlockWatch = false;
    var request =
        new RunRequest(module, engine, threads, invoke, args, memoryLimit, deadlockWatch, output)
            .located(locating);
    return convention(output).prepare(request, crew);
  }

  private Convention convention(RunOutput output) {
    var arguments = new ArrayList<String>();
    arguments.add(module.name());
    arguments.addAll(args);
    var options =
        new WasiOptions(
            arguments,
            environment,
            InputStream.nullInputStream(),
            output.stream(),
            OutputStream.nullOutputStream(),
            List.of());
    return Conventions.of(convention, options, maxThreads);
  }
}
