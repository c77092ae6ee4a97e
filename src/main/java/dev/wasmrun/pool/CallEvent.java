package dev.wasmrun.pool;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A call that a pool runs, as an event of the JVM's flight recorder. */
@Name("dev.wasmrun.Call")
@Label("Pool Call")
@Category("WebAssembly")
@Description("A call that a worker of a pool, or a thread on its behalf, ran")
@StackTrace(false)
final class CallEvent extends Event {
  @Label("Module")
  private String module;

  @Label("Export")
  @Description("The name of the function called")
  private String export;

  @Label("Waited")
  @Description("The time from its submission until it began")
  @Timespan(Timespan.NANOSECONDS)
  private long waited;

  @Label("Ending")
  @Description("How it ended: returned, or why it did not")
  private String ending;

  /** The event of a task that begins now. To be called only if somebody records. */
  static CallEvent begin(Task task) {
    var event = new CallEvent();
    event.module = task.call().module().name();
    event.export = task.call().export();
    event.waited = task.started() - task.submitted();
    event.begin();
    return event;
  }

  /** The call has ended. */
  void end(String how) {
    ending = how;
    commit();
  }
}
