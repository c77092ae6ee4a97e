package dev.wasmrun.spark;

import java.util.concurrent.ConcurrentHashMap;

/** The modules that this process has been sent, each loaded and compiled once. Thread-safe. */
final class ExecutorModules {
  private static final ConcurrentHashMap<String, ModuleInstances> BY_DIGEST =
      new ConcurrentHashMap<>();

  private ExecutorModules() {}

  /** The instances of a module, which is loaded if it is new here. */
  static ModuleInstances of(ModuleBinary binary) {
    return BY_DIGEST.computeIfAbsent(binary.digest(), digest -> new ModuleInstances(binary.load()));
  }
}
