package dev.wasmrun.check.schedule;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.engine.ActiveFunction;
import dev.wasmrun.source.SourceFrame;
import java.util.List;

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

  /** As what an active function of the guest is shown, innermost first, if guests run. */
  default List<SourceFrame> frames(ActiveFunction function) {
    return List.of(new SourceFrame("function " + function.index(), function.offset()));
  }
}
