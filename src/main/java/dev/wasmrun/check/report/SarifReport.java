package dev.wasmrun.check.report;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.Finding.Stack;
import dev.wasmrun.check.Site;
import dev.wasmrun.check.report.CheckReport.Judged;
import dev.wasmrun.check.report.CheckReport.Standing;
import dev.wasmrun.check.schedule.Exploration;
import dev.wasmrun.check.schedule.Interleaving;
import dev.wasmrun.source.SourceFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A check as an object of the Static Analysis Results Interchange Format, SARIF 2.1.0: a result for
 * each finding, its backtraces as stacks, and a schedule as a flow through the code for each
 * thread, whose locations are numbered in the order in which they were executed.
 */
public final class SarifReport {
  private static final String FINGERPRINT = "wasmRunFinding/v1";

  private final CheckReport report;

  private SarifReport(CheckReport report) {
    this.report = report;
  }

  /** The whole object, whose values are texts, numbers, truth values, lists and maps. */
  public static Map<String, Object> of(CheckReport report) {
    return new SarifReport(report).log();
  }

  private Map<String, Object> log() {
    var log = new LinkedHashMap<String, Object>();
    log.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    log.put("version", "2.1.0");
    log.put("runs", List.of(run()));
    return log;
  }

  private Map<String, Object> run() {
    var driver = new LinkedHashMap<String, Object>();
    driver.put("name", "wasm-run");
    driver.put("version", report.version());
    driver.put("rules", Arrays.stream(Finding.Kind.values()).map(SarifReport::rule).toList());
    var invocation = new LinkedHashMap<String, Object>();
    invocation.put("commandLine", report.command());
    invocation.put("exitCode", report.exitCode());
    invocation.put("executionSuccessful", true);
    var run = new LinkedHashMap<String, Object>();
    run.put("tool", Map.of("driver", driver));
    run.put("automationDetails", Map.of("id", "wasm-run check/%s/".formatted(report.module())));
    run.put("invocations", List.of(invocation));
    run.put("columnKind", "unicodeCodePoints");
    run.put("results", report.findings().stream().map(this::result).toList());
    run.put("properties", Map.of("summary", report.summary()));
    return run;
  }

  private static Map<String, Object> rule(Finding.Kind kind) {
    var rule = new LinkedHashMap<String, Object>();
    rule.put("id", kind.id());
    rule.put("shortDescription", text(kind.description()));
    rule.put("defaultConfiguration", Map.of("level", level(kind)));
    return rule;
  }

  /** What only might happen is no error yet. */
  private static String level(Finding.Kind kind) {
    return kind == Finding.Kind.LOCK_ORDER ? "warning" : "error";
  }

  private static Map<String, Object> text(String text) {
    return Map.of("text", text);
  }

  private Map<String, Object> result(Judged judged) {
    Finding finding = judged.finding();
    var result = new LinkedHashMap<String, Object>();
    result.put("ruleId", finding.kind().id());
    result.put("ruleIndex", finding.kind().ordinal());
    result.put("level", level(finding.kind()));
    result.put("message", text("%s: %s".formatted(finding.kind(), finding.message())));
    result.put(
        "locations",
        List.of(
            SourceFiles.shown(finding)
                .map(this::location)
                .orElseGet(() -> Map.of("physicalLocation", inModule(Site.NO_OFFSET)))));
    List<Stack> stacks =
        finding.stacks().stream().filter(stack -> !stack.frames().isEmpty()).distinct().toList();
    if (!stacks.isEmpty()) {
      result.put("relatedLocations", related(stacks));
      result.put("stacks", stacks.stream().map(this::stack).toList());
    }
    judged
        .failure()
        .flatMap(this::codeFlow)
        .ifPresent(flow -> result.put("codeFlows", List.of(flow)));
    result.put("partialFingerprints", Map.of(FINGERPRINT, finding.fingerprint()));
    if (judged.standing() == Standing.SUPPRESSED) {
      result.put("suppressions", List.of(Map.of("kind", "external")));
    }
    if (report.compared()) {
      result.put("baselineState", judged.standing() == Standing.KNOWN ? "unchanged" : "new");
    }
    result.put("properties", properties(judged));
    return result;
  }

  private static Map<String, Object> properties(Judged judged) {
    var properties = new LinkedHashMap<String, Object>();
    properties.put("report", judged.finding().linesWithMessage());
    judged
        .failure()
        .ifPresent(
            failure -> {
              failure.seed().ifPresent(seed -> properties.put("seed", Long.toString(seed)));
              properties.put("schedule", failure.schedule().toString());
            });
    return properties;
  }

  private List<Map<String, Object>> related(List<Stack> stacks) {
    var related = new ArrayList<Map<String, Object>>();
    for (Stack stack : stacks) {
      Map<String, Object> location = location(stack.place().orElseThrow());
      location.put("id", related.size());
      location.put("message", text(stack.what().strip()));
      related.add(location);
    }
    return related;
  }

  private Map<String, Object> stack(Stack stack) {
    return Map.of(
        "message",
        text(stack.what().strip()),
        "frames",
        stack.frames().stream().map(frame -> Map.of("location", location(frame))).toList());
  }

  private Map<String, Object> location(SourceFrame place) {
    var location = new LinkedHashMap<String, Object>();
    location.put("physicalLocation", place.hasLine() ? inSource(place) : inModule(place.offset()));
    location.put("logicalLocations", List.of(Map.of("name", place.function(), "kind", "function")));
    return location;
  }

  private static Map<String, Object> inSource(SourceFrame source) {
    var region = new LinkedHashMap<String, Object>();
    region.put("startLine", source.line());
    if (source.column() > 0) {
      region.put("startColumn", source.column());
    }
    if (!source.text().isEmpty()) {
      region.put("snippet", text(source.text()));
    }
    return Map.of(
        "artifactLocation", Map.of("uri", SourceFiles.uri(source.file())), "region", region);
  }

  private Map<String, Object> inModule(int offset) {
    Map<String, Object> file = Map.of("uri", SourceFiles.uri(report.module()));
    return offset == Site.NO_OFFSET
        ? Map.of("artifactLocation", file)
        : Map.of("artifactLocation", file, "region", Map.of("byteOffset", offset, "byteLength", 1));
  }

  private Optional<Map<String, Object>> codeFlow(Exploration.Failure failure) {
    Interleaving interleaving = failure.interleaving();
    var flows = new ArrayList<Map<String, Object>>();
    for (int thread = 0; thread < interleaving.threads().size(); thread++) {
      List<Map<String, Object>> locations = flow(interleaving.steps(), thread);
      if (!locations.isEmpty()) {
        String name = interleaving.threads().get(thread);
        flows.add(Map.of("id", name, "message", text("thread " + name), "locations", locations));
      }
    }
    String schedule = "schedule " + failure.schedule();
    return flows.isEmpty()
        ? Optional.empty()
        : Optional.of(Map.of("message", text(schedule), "threadFlows", flows));
  }

  private List<Map<String, Object>> flow(List<Interleaving.Step> steps, int thread) {
    return steps.stream().filter(step -> step.thread() == thread).map(this::flowLocation).toList();
  }

  private Map<String, Object> flowLocation(Interleaving.Step step) {
    Map<String, Object> location =
        step.frames().isEmpty() ? new LinkedHashMap<>() : location(step.frames().get(0));
    location.put("message", text(step.what()));
    var flow = new LinkedHashMap<String, Object>();
    flow.put("location", location);
    flow.put("executionOrder", step.number());
    step.word()
        .ifPresent(
            word ->
                flow.put(
                    "state",
                    Map.of(
                        "0x" + Integer.toHexString(word.address()),
                        text(Long.toString(word.value())))));
    return flow;
  }
}
