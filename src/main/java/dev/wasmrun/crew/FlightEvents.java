package dev.wasmrun.crew;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The events of the JVM's flight recorder that runs are made of. */
final class FlightEvents {
  // Threads other than an event's own are names: the recorder forgets those that have ended.

  private FlightEvents() {}

  @Category("WebAssembly")
  private abstract static class GuestEvent extends Event {}

  @Name("dev.wasmrun.GuestThread")
  @Label("Guest Thread")
  @Description("The life of a thread that runs guest code")
  @StackTrace(false)
  static final class GuestThread extends GuestEvent {
    @Label("Ending")
    @Description("How it ended: returned, trapped, exited, interrupted or failed")
    String ending;
  }

  @Name("dev.wasmrun.Wait")
  @Label("Atomic Wait")
  @Description("memory.atomic.wait of a guest, or its like for Java threads")
  static final class Wait extends GuestEvent {
    @Label("Address")
    @MemoryAddress
    long address;

    @Label("Bytes")
    @Description("The size of the number waited on: 4 or 8")
    int bytes;

    @Label("Expected Value")
    long expected;

    @Label("Timeout")
    @Timespan(Timespan.NANOSECONDS)
    long timeout;

    @Label("Ending")
    @Description("Why it ended: woken, not equal, timed out, interrupted or closed")
    String ending;

    @Label("Woken By")
    @Description("The name of the thread whose notify ended it")
    String wokenBy;

    @Label("Since Woken")
    @Description("The time from the notify until the thread went on")
    @Timespan(Timespan.NANOSECONDS)
    long sinceWoken;
  }

  @Name("dev.wasmrun.Notify")
  @Label("Atomic Notify")
  @Description("memory.atomic.notify of a guest, or its like for Java threads")
  static final class Notify extends GuestEvent {
    @Label("Address")
    @MemoryAddress
    long address;

    @Label("Count")
    @Description("How many waiters it would have woken")
    long count;

    @Label("Woken")
    @Description("How many waiters it woke")
    int woken;
  }

  @Name("dev.wasmrun.MemoryGrow")
  @Label("Memory Growth")
  @Description("A linear memory grew")
  static final class MemoryGrow extends GuestEvent {
    @Label("Pages Before")
    @Description("Pages of 64 KiB")
    int pagesBefore;

    @Label("Pages After")
    @Description("Pages of 64 KiB")
    int pagesAfter;
  }

  @Name("dev.wasmrun.Join")
  @Label("Guest Thread Join")
  @Description("A thread waited for a guest thread to end")
  static final class Join extends GuestEvent {
    @Label("Awaited Thread")
    @Description("The name of the thread")
    String awaited;
  }

  @Name("dev.wasmrun.Emit")
  @Label("Result")
  @Description("A guest handed over a result")
  static final class Emit extends GuestEvent {
    @Label("Value")
    @Description("An unsigned integer of 64 bits")
    String value;
  }

  @Name("dev.wasmrun.Trap")
  @Label("Trap")
  @Description("A guest thread trapped")
  @StackTrace(false)
  static final class Trap extends GuestEvent {
    @Label("Message")
    String message;

    @Label("Guest Functions")
    @Description("Those that were active, one a line, innermost first")
    String backtrace;
  }

  @Name("dev.wasmrun.Exit")
  @Label("Exit")
  @Description("A guest thread ended the program")
  @StackTrace(false)
  static final class Exit extends GuestEvent {
    @Label("Exit Code")
    int code;
  }
}
