package dev.wasmrun.run;

/** A {@link RunConfig} in the making; used by one thread. */
public final class RunConfigBuilder extends RunSettings<RunConfigBuilder> {
  RunConfigBuilder() {
    super(RunConfig.DEFAULT);
  }

  /** The description. */
  public RunConfig build() {
    return config();
  }

  @Override
  protected RunConfigBuilder self() {
    return this;
  }
}
