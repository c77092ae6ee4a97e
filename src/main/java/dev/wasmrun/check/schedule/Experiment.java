package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.Crew;

/** A program that can be run again and again, each time from the same beginning. */
public interface Experiment {

  /** How it is called in reports and in the names of its threads. */
  String name();

  /**
   * Makes one run ready. What the threads of the crew do must depend on nothing but the order in
   * which they do it: memory comes from the crew's {@link Crew#observers}, time and chance from
   * {@link Crew#clockAndRandomness}.
   *
   * @param output where results go
   * @return the body of the run's first thread
   */
  Crew.Body prepare(Crew crew, RunOutput output);

  /** The name of one of the guest's functions, if guests run. */
  default String functionName(int index) {
    return "function " + index;
  }
}
