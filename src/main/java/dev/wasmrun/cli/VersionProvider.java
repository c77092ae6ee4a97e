package dev.wasmrun.cli;

import dev.wasmrun.engine.Engine;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest, with the runtimes below it. */
final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Main.class.getPackage().getImplementationVersion();
    return new String[] {
      "wasm-run %s (Chicory %s, Java %s)"
          .formatted(
              version == null ? "development" : version,
              Engine.runtimeVersion(),
              System.getProperty("java.version"))
    };
  }
}
