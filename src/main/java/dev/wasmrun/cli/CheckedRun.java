package dev.wasmrun.cli;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.Finding.Stack;
import dev.wasmrun.check.Findings;
import dev.wasmrun.check.RaceReport;
import dev.wasmrun.check.report.CheckReport.Judged;
import dev.wasmrun.check.report.CheckReport.Standing;
import dev.wasmrun.check.report.Triage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;

/** An ordinary run that was checked: how it ended, what was found, and what of that counts. */
final class CheckedRun {
  private static final String NEXT = "; next: --for 60s --races runs it under chosen schedules";

  private final String module;
  private final RunReport ended;
  private final Findings news;
  private final List<Judged> judged;

  /** Whether what is wrong with how it ended is known and does not count. */
  private final boolean endPassedOver;

  CheckedRun(String module, RunReport ended, Findings found, Triage triage) {
    this.module = module;
    this.ended = ended;
    this.news = found.only(triage::isNew);
    List<Judged> all = new ArrayList<>(found.all().stream().map(triage::judged).toList());
    Optional<Judged> end = end(ended).map(triage::judged);
    end.ifPresent(all::add);
    this.judged = List.copyOf(all);
    this.endPassedOver = end.filter(one -> one.standing() != Standing.NEW).isPresent();
  }

  /** What is wrong with how a run ended, if that is the guest's doing. */
  private static Optional<Finding> end(RunReport ended) {
    return switch (ended.outcome()) {
      case "exited" ->
          ended.exitCode() == 0 ? Optional.empty() : Optional.of(Finding.ofExit(ended.exitCode()));
      case "trapped" -> Optional.of(end(Finding.Kind.TRAP, ended));
      case "timeout" -> Optional.of(end(Finding.Kind.TOO_LONG, ended));
      case "deadlock" -> Optional.of(end(Finding.Kind.DEADLOCK, ended));
      case "failed" ->
          ended.threads().isEmpty()
              ? Optional.empty() // it could not be run
              : Optional.of(end(Finding.Kind.FAILURE, ended));
      default -> Optional.empty();
    };
  }

  private static Finding end(Finding.Kind kind, RunReport ended) {
    List<Stack> stacks =
        ended.threads().stream()
            .map(
                thread ->
                    Stack.of(
                        thread.name(),
                        "thread "
                            + thread.name()
                            + (thread.waitsFor().isEmpty()
                                ? ""
                                : " waits for " + thread.waitsFor()),
                        thread.frames()))
            .toList();
    return Finding.of(kind, ended.message(), stacks);
  }

  /** Whether the guest has run at all: else there is nothing to say of what was found. */
  boolean hasRun() {
    return !ended.outcome().equals("failed") || !ended.threads().isEmpty();
  }

  /** What was found that counts. */
  Findings news() {
    return news;
  }

  /** Everything that was found, that of how it ended last. */
  List<Judged> judged() {
    return judged;
  }

  /** How it ended, with the exit code of the check. */
  RunReport report() {
    return ended.withExitCode(exitCode());
  }

  /** A race or a memory error has happened, a deadlock only might: the former is the worse news. */
  private int exitCode() {
    if (!news.races().isEmpty() || !news.memoryErrors().isEmpty()) {
      return ExitCode.DATA_RACE.code();
    }
    if (!news.lockMisuses().isEmpty() || !news.lockOrders().isEmpty()) {
      return ExitCode.DEADLOCK.code();
    }
    return endPassedOver ? 0 : ended.exitCode();
  }

  /** One line: how much was found, and what to try next. */
  String summary() {
    var kinds = new EnumMap<Finding.Kind, Integer>(Finding.Kind.class);
    var standings = new EnumMap<Standing, Integer>(Standing.class);
    for (Judged one : judged) {
      if (one.standing() == Standing.NEW) {
        kinds.merge(one.finding().kind(), 1, Integer::sum);
      } else {
        standings.merge(one.standing(), 1, Integer::sum);
      }
    }
    var counts = new ArrayList<String>();
    kinds.forEach((kind, count) -> counts.add(kind.counted(count)));
    standings.forEach((standing, count) -> counts.add("%s %s".formatted(count, standing)));
    String found =
        counts.isEmpty()
            ? "nothing found in this run"
            : "found in this run: " + String.join(", ", counts);
    long ordered = news.races().stream().filter(RaceReport::orderedByLibrary).count();
    if (ordered > 0) {
      found +=
          "; only locks inside the C library ordered %s of accesses"
              .formatted(ordered == 1 ? "1 pair" : ordered + " pairs");
    }
    boolean interrupted = ended.outcome().equals("interrupted");
    return module + ": " + found + (interrupted ? "" : NEXT);
  }
}
