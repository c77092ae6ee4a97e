package dev.wasmrun.cli;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.report.CheckReport.Judged;
import dev.wasmrun.check.report.CheckReport.Standing;
import dev.wasmrun.check.schedule.Exploration;
import dev.wasmrun.check.schedule.FailureText;
import dev.wasmrun.check.schedule.Interleaving;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a search of schedules has shown, as text, as JSON and as an exit code. */
final class ScheduleReport {
  private final String module;
  private final Exploration exploration;

  private final List<Judged> passedOver;

  /**
   * Creates a report.
   *
   * @param passedOver what was found and did not count
   */
  ScheduleReport(String module, Exploration exploration, List<Judged> passedOver) {
    this.module = module;
    this.exploration = exploration;
    this.passedOver = passedOver;
  }

  /** Everything that was found, what counts first. */
  List<Judged> judged() {
    return Stream.concat(
            exploration.failure().stream()
                .map(failure -> new Judged(failure.finding(), Standing.NEW, Optional.of(failure))),
            passedOver.stream())
        .toList();
  }

  int exitCode() {
    int otherwise = exploration.interrupted() ? ExitCode.INTERRUPTED.code() : 0;
    return exploration.failure().map(failure -> exitCode(failure.finding())).orElse(otherwise);
  }

  private static int exitCode(Finding finding) {
    return switch (finding.kind()) {
      case TRAP -> ExitCode.TRAPPED.code();
      case EXIT -> finding.code();
      case FAILURE -> ExitCode.CANNOT_RUN.code();
      case WRONG_ANSWER -> ExitCode.PARITY_MISMATCH.code();
      case RACE, USE_AFTER_FREE, BEYOND_A_BLOCK, DOUBLE_FREE, USE_OF_A_DEAD_STACK ->
          ExitCode.DATA_RACE.code();
      case DEADLOCK, LOCK_ORDER, LOCK_MISUSE -> ExitCode.DEADLOCK.code();
      case LIVELOCK, TOO_LONG -> ExitCode.TIMED_OUT.code();
    };
  }

  void print(Console console) {
    exploration
        .failure()
        .ifPresentOrElse(
            failure -> console.out().println(module + ": " + FailureText.of(failure)),
            () -> console.out().println(module + ": nothing wrong"));
    summary().forEach(console.out()::println);
    console.out().flush();
  }

  /** How much was run and, last, what was seen of it and what to try next. */
  List<String> summary() {
    String work =
        String.format(
            Locale.ROOT,
            "%s, %s steps, %s switches in %.1f s",
            runs(),
            exploration.steps(),
            exploration.switches(),
            exploration.nanos() / 1e9);
    return exploration.interrupted()
        ? List.of(work, "interrupted before the search was over", last())
        : List.of(work, last());
  }

  private String last() {
    var parts = new ArrayList<String>();
    int distinct = exploration.distinct();
    parts.add(distinct == 1 ? "1 schedule" : distinct + " different schedules");
    if (!exploration.strategies().isEmpty()) {
      parts.add(String.join(", ", exploration.strategies()));
    }
    if (!passedOver.isEmpty()) {
      parts.add(passedOver.size() + " known or suppressed");
    }
    parts.add(next());
    return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining("; "));
  }

  private String next() {
    String further =
        exploration.complete()
            ? "next: other arguments, more threads"
            : "next: more runs, as with --for 60s, other arguments, more threads";
    return exploration
        .failure()
        .map(failure -> "next: --replay '" + failure.schedule() + "' runs it again")
        .orElse(further);
  }

  private String runs() {
    int runs = exploration.runs();
    if (exploration.complete()) {
      return String.format(
          Locale.ROOT, "all schedules seen, in %s", runs == 1 ? "1 run" : runs + " runs");
    }
    return runs == 1 ? "1 run" : runs + " runs";
  }

  void printJson(Console console, Map<String, Object> facts) {
    var object = new LinkedHashMap<String, Object>(facts);
    object.put("runs", exploration.runs());
    object.put("steps", exploration.steps());
    object.put("switches", exploration.switches());
    object.put("seconds", exploration.nanos() / 1e9);
    object.put("complete", exploration.complete());
    object.put("distinct", exploration.distinct());
    if (exploration.interrupted()) {
      object.put("interrupted", true);
    }
    if (!exploration.unmade().choices().isEmpty()) {
      object.put("unmade", exploration.unmade().toString());
    }
    object.put("exitCode", exitCode());
    if (!exploration.strategies().isEmpty()) {
      object.put("strategies", exploration.strategies());
    }
    object.put("next", next());
    object.put("findings", judged().stream().map(FindingFields::of).toList());
    exploration.failure().ifPresent(failure -> object.put("failure", fields(failure)));
    console.json(object);
  }

  private static Map<String, Object> fields(Exploration.Failure failure) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("kind", failure.finding().kind().toString());
    fields.put("message", failure.finding().message());
    fields.put("run", failure.run());
    // 64 bits are more than most readers of JSON keep.
    failure.seed().ifPresent(seed -> fields.put("seed", Long.toString(seed)));
    fields.put("schedule", failure.schedule().toString());
    fields.put("threads", failure.interleaving().threads());
    fields.put("omittedSteps", failure.interleaving().omitted());
    fields.put(
        "steps", failure.interleaving().steps().stream().map(ScheduleReport::fields).toList());
    return fields;
  }

  private static Map<String, Object> fields(Interleaving.Step step) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("step", step.number());
    fields.put("thread", step.thread());
    fields.put("what", step.what());
    List<String> functions = step.functions();
    if (!functions.isEmpty()) {
      fields.put("functions", functions);
    }
    return fields;
  }
}
