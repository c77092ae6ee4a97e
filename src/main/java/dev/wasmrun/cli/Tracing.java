package dev.wasmrun.cli;

import dev.wasmrun.crew.RunTracer;
import dev.wasmrun.trace.Statistics;
import dev.wasmrun.trace.ThreadStatistics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The options that ask what the threads of a run do, and what answers them. */
final class Tracing {
  private final Setting<Path> file;
  private final Setting<Boolean> stats;

  private TraceFile trace;
  private Statistics statistics;

  /** Adds the options to a command. */
  Tracing(CommandSpec spec) {
    file =
        Setting.option(
            spec,
            Path.class,
            Path::of,
            Setting.option(
                    "--trace", "Write a timeline of the threads there, to be opened in Perfetto.")
                .paramLabel("FILE"));
    stats = Setting.flag(spec, "--stats", "Print figures for each thread after the run.");
  }

  /**
   * Who is to be told of a run of this module.
   *
   * @throws dev.wasmrun.guest.UsageException if the timeline's file cannot be written
   */
  List<RunTracer> tracers(String module) {
    var tracers = new ArrayList<RunTracer>();
    if (file.present()) {
      trace = new TraceFile(file.get(), module);
      tracers.add(trace.trace());
    }
    if (stats.get()) {
      statistics = new Statistics();
      tracers.add(statistics);
    }
    return tracers;
  }

  /** The figures, if they were asked for; else nothing. */
  List<ThreadStatistics> statistics() {
    return statistics == null ? List.of() : statistics.threads();
  }

  /** Writes the timeline, if one was asked for; whether nothing was lost. */
  boolean write(RunReport report, Output output, Console console) {
    return trace == null || trace.write(report, output, console);
  }
}
