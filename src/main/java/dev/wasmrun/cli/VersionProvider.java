package dev.wasmrun.cli;

import dev.wasmrun.engine.Engine;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest, with the runtimes below it. */
final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "wasm-run %s (Chicory %s, Java %s)"
          .formatted(version(), Engine.runtimeVersion(), System.getProperty("java.version"))
    };
  }

  /** The version of this program alone. */
  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
