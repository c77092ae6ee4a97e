package dev.wasmrun.cli;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.Finding.Stack;
import dev.wasmrun.check.LockReport;
import dev.wasmrun.check.MemoryReport;
import dev.wasmrun.check.MisuseReport;
import dev.wasmrun.check.RaceReport;
import dev.wasmrun.check.Site;
import dev.wasmrun.check.report.CheckReport.Judged;
import dev.wasmrun.source.SourceFrame;
import dev.wasmrun.source.SourceVariable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a check finds, as fields of JSON objects. Addresses are numbers. */
final class FindingFields {
  private FindingFields() {}

  /** What every report says of a finding. */
  static Map<String, Object> of(Judged judged) {
    Finding finding = judged.finding();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("kind", finding.kind().id());
    fields.put("message", finding.message());
    fields.put("fingerprint", finding.fingerprint());
    fields.put("standing", judged.standing().toString());
    fields.put("stacks", of(finding.stacks()));
    return fields;
  }

  static List<Map<String, Object>> of(List<Stack> stacks) {
    return stacks.stream().map(FindingFields::of).toList();
  }

  private static Map<String, Object> of(Stack stack) {
    var fields = new LinkedHashMap<String, Object>();
    if (!stack.thread().isEmpty()) {
      fields.put("thread", stack.thread());
    }
    fields.put("what", stack.what().strip());
    if (!stack.frames().isEmpty()) {
      fields.put("frames", stack.frames().stream().map(FindingFields::of).toList());
    }
    return fields;
  }

  private static Map<String, Object> of(SourceFrame frame) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("function", frame.function());
    if (frame.offset() != Site.NO_OFFSET) {
      fields.put("offset", frame.offset());
    }
    if (frame.hasLine()) {
      fields.put("file", frame.file());
      fields.put("line", frame.line());
      if (frame.column() > 0) {
        fields.put("column", frame.column());
      }
      if (!frame.text().isEmpty()) {
        fields.put("text", frame.text());
      }
    }
    if (frame.inlined()) {
      fields.put("inlined", true);
    }
    return fields;
  }

  static Map<String, Object> of(RaceReport race) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("address", race.address());
    race.object().variable().ifPresent(found -> fields.put("variable", of(found)));
    race.object().block().ifPresent(found -> fields.put("block", of(found)));
    fields.put("accesses", List.of(of(race.current()), of(race.earlier())));
    fields.put("ordering", race.ordering());
    fields.put("count", race.count());
    return fields;
  }

  static Map<String, Object> of(MemoryReport error) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("kind", error.kind().toString());
    fields.put("address", error.address());
    fields.put("access", of(error.current()));
    error.block().ifPresent(block -> fields.put("block", of(block)));
    error.stackOf().ifPresent(thread -> fields.put("stackOf", thread));
    return fields;
  }

  private static Map<String, Object> of(SourceVariable variable) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("name", variable.name());
    fields.put("address", variable.address());
    fields.put("size", variable.size());
    if (variable.line() > 0) {
      fields.put("file", variable.file());
      fields.put("line", variable.line());
    }
    return fields;
  }

  private static Map<String, Object> of(MemoryReport.Block block) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("address", block.address());
    fields.put("size", block.size());
    fields.put("allocated", of(block.allocated()));
    block.freed().ifPresent(deed -> fields.put("freed", of(deed)));
    return fields;
  }

  private static Map<String, Object> of(MemoryReport.Deed deed) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("thread", deed.thread());
    fields.putAll(of(deed.site(), List.of()));
    return fields;
  }

  static Map<String, Object> of(MisuseReport misuse) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("address", misuse.address());
    misuse.object().variable().ifPresent(found -> fields.put("variable", of(found)));
    fields.put("thread", misuse.thread());
    fields.put("destroys", misuse.destroys());
    misuse.holder().ifPresent(thread -> fields.put("holder", thread));
    fields.put("frames", misuse.frames().stream().map(FindingFields::of).toList());
    return fields;
  }

  static Map<String, Object> of(LockReport order) {
    return Map.of("steps", order.steps().stream().map(FindingFields::of).toList());
  }

  private static Map<String, Object> of(LockReport.Step step) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("thread", step.thread());
    fields.put("held", of(step.held()));
    fields.put("taken", of(step.taken()));
    return fields;
  }

  private static Map<String, Object> of(LockReport.Taking taking) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("address", taking.address());
    taking.object().variable().ifPresent(found -> fields.put("variable", of(found)));
    fields.putAll(of(taking.site(), taking.active()));
    return fields;
  }

  private static Map<String, Object> of(RaceReport.Side side) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("thread", side.thread());
    fields.put("address", side.address());
    if (side.width() != 0) {
      fields.put("width", side.width()); // that of a bulk operation is not kept
    }
    fields.put("writes", side.writes());
    fields.put("atomic", side.atomic());
    fields.putAll(of(side.site(), side.callers()));
    return fields;
  }

  /** A place, its line that of what has become part of the function, and what was around it. */
  private static Map<String, Object> of(Site site, List<SourceFrame> active) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("function", site.function());
    if (site.offset() != Site.NO_OFFSET) {
      fields.put("offset", site.offset());
    }
    SourceFrame innermost = site.innermost();
    if (innermost.hasLine()) {
      fields.put("file", innermost.file());
      fields.put("line", innermost.line());
      if (innermost.column() > 0) {
        fields.put("column", innermost.column());
      }
    }
    if (innermost.inlined() || !active.isEmpty()) {
      fields.put("backtrace", site.within(active).stream().map(SourceFrame::toString).toList());
    }
    return fields;
  }
}
