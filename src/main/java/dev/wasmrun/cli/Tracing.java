package dev.wasmrun.cli;

import dev.wasmrun.crew.RunTracer;
import dev.wasmrun.trace.Statistics;
import dev.wasmrun.trace.ThreadStatistics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that ask what the threads of a run do, and what answers them. */
final class Tracing {
  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Write a timeline of the threads there, to be opened in Perfetto.")
  private Path file;

  @Option(names = "--stats", description = "Print figures for each thread after the run.")
  private boolean stats;

  private TraceFile trace;
  private Statistics statistics;

  /**
   * Who is to be told of a run of this module.
   *
   * @throws dev.wasmrun.guest.UsageException if the timeline's file cannot be written
   */
  List<RunTracer> tracers(String module) {
    var tracers = new ArrayList<RunTracer>();
    if (file != null) {
      trace = new TraceFile(file, module);
      tracers.add(trace.trace());
    }
    if (stats) {
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
