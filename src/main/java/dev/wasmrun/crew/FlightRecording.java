package dev.wasmrun.crew;

import dev.wasmrun.Internal;
import jdk.jfr.FlightRecorder;

/** Whether the JVM's flight recorder is in use. */
@Internal
public final class FlightRecording {
  /*
   * To load a single event class while nobody records makes the JDK set up the instrumentation of
   * such classes, which costs a short run a tenth of a second. So none is touched before the recorder
   * has been started.
   */

  /** A runtime image may do without the recorder. */
  private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private FlightRecording() {}

  /** Whether it has been started, so that classes of events may be loaded. */
  public static boolean started() {
    return PRESENT && FlightRecorder.isInitialized();
  }
}
