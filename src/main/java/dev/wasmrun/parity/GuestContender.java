package dev.wasmrun.parity;

import dev.wasmrun.convention.worker.WorkerConvention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.programs.Language;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A program as a WebAssembly module.
 *
 * @param language what it was written in
 */
record GuestContender(Language language, GuestModule module, Engine engine) implements Contender {

  @Override
  public String label() {
    return language.label() + ", " + engine;
  }

  @Override
  public Crew.Body prepare(int threads, long[] args, CollectedOutput output, Crew crew) {
    List<String> texts = Arrays.stream(args).mapToObj(Long::toUnsignedString).toList();
    var request =
        new RunRequest(
            module, engine, threads, Optional.empty(), texts, MemoryLimit.NONE, true, output);
    return new WorkerConvention().prepare(request, crew);
  }
}
