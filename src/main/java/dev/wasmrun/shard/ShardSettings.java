package dev.wasmrun.shard;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.run.RunConfigBuilder;
import dev.wasmrun.wasi.DirectoryGrant;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What of a run's description crosses to another process: all of it but what connects the run with
 * this one, and the arguments.
 *
 * @param threads null: one, and a program that starts its threads itself is not told
 * @param invoke null: what the convention calls
 * @param timeout null: none; it is that of each shard
 * @param convention null: as the module asks for
 * @param directories each granted directory, where it is and what the guest calls it
 */
record ShardSettings(
    Engine engine,
    Integer threads,
    int maxThreads,
    String invoke,
    LinkedHashMap<String, String> environment,
    ArrayList<String[]> directories,
    long memoryLimit,
    long stackBytes,
    Duration timeout,
    boolean deadlockWatch,
    ConventionName convention)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static ShardSettings of(RunConfig config) {
    var directories = new ArrayList<String[]>();
    for (DirectoryGrant grant : config.directories()) {
      directories.add(new String[] {grant.host().toAbsolutePath().toString(), grant.guest()});
    }
    return new ShardSettings(
        config.engine(),
        config.threads().isPresent() ? config.threads().getAsInt() : null,
        config.maxThreads(),
        config.invoke().orElse(null),
        new LinkedHashMap<>(config.environment()),
        directories,
        config.memoryLimit().bytes(),
        config.stackBytes(),
        config.timeout().orElse(null),
        config.deadlockWatch(),
        config.convention().orElse(null));
  }

  RunConfigBuilder config(List<String> args) {
    RunConfigBuilder config =
        RunConfig.builder()
            .engine(engine)
            .maxThreads(maxThreads)
            .args(args)
            .memoryLimit(new MemoryLimit(memoryLimit))
            .stackBytes(stackBytes)
            .deadlockWatch(deadlockWatch);
    if (threads != null) {
      config.threads(threads);
    }
    if (invoke != null) {
      config.invoke(invoke);
    }
    if (timeout != null) {
      config.timeout(timeout);
    }
    if (convention != null) {
      config.convention(convention);
    }
    environment.forEach(config::environment);
    directories.forEach(names -> config.directory(Path.of(names[0]), names[1]));
    return config;
  }
}
