package dev.wasmrun.cli;

import dev.wasmrun.check.Findings;
import dev.wasmrun.check.report.CheckReport;
import dev.wasmrun.check.report.CheckReport.Judged;
import java.time.Duration;
import java.util.List;

/** One check from its beginning to its reports. */
final class CheckedModule {
  private final String module;
  private final String command;
  private final ReportOptions reports;
  private final Console console;
  private final long begun = System.nanoTime();

  /**
   * Creates the check of a module, which begins now.
   *
   * @param command the command line that asks for it
   * @param console where reports are told of, and go to if they go to standard output
   */
  CheckedModule(String module, String command, ReportOptions reports, Console console) {
    this.module = module;
    this.command = command;
    this.reports = reports;
    this.console = console;
  }

  /** An ordinary run of it that has ended. */
  CheckedRun run(RunReport ended, Findings found) {
    return new CheckedRun(module, ended, found, reports.triage());
  }

  /**
   * Writes the reports that are asked for, unless nothing could be run.
   *
   * @return the exit code of the check
   */
  int write(CheckedRun run) {
    if (!run.hasRun()) {
      return run.report().exitCode();
    }
    return write(run.judged(), List.of(run.summary()), run.report().exitCode());
  }

  /**
   * Writes the reports that are asked for.
   *
   * @return the exit code of the check
   */
  int write(ScheduleReport report) {
    return write(report.judged(), report.summary(), report.exitCode());
  }

  private int write(List<Judged> judged, List<String> summary, int exitCode) {
    var report =
        new CheckReport(
            module,
            command,
            VersionProvider.version(),
            judged,
            summary,
            reports.compares(),
            Duration.ofNanos(System.nanoTime() - begun),
            exitCode);
    boolean written = reports.write(report, console);
    return written || exitCode != 0 ? exitCode : ExitCode.CANNOT_RUN.code();
  }
}
