package dev.wasmrun.check.report;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.report.CheckReport.Judged;
import dev.wasmrun.check.report.CheckReport.Standing;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/** A check as the XML that JUnit's runners write: a case for each finding, or one that passes. */
public final class JUnitReport {
  private JUnitReport() {}

  /** The whole file. */
  public static String of(CheckReport report) {
    List<Judged> findings = report.findings();
    long failures = report.news().size();
    var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    xml.append("  <testsuite")
        .append(attribute("name", "wasm-run check " + report.module()))
        .append(attribute("tests", Integer.toString(Math.max(1, findings.size()))))
        .append(attribute("failures", Long.toString(failures)))
        .append(attribute("errors", "0"))
        .append(attribute("skipped", Long.toString(findings.size() - failures)))
        .append(attribute("time", seconds(report.took())))
        .append(">\n");
    if (findings.isEmpty()) {
      xml.append("    <testcase").append(names(report, "check")).append("/>\n");
    }
    findings.forEach(judged -> xml.append(testCase(report, judged)));
    xml.append("    <system-out>")
        .append(Markup.escaped(report.command() + "\n" + String.join("\n", report.summary())))
        .append("</system-out>\n  </testsuite>\n</testsuites>\n");
    return xml.toString();
  }

  private static String testCase(CheckReport report, Judged judged) {
    Finding finding = judged.finding();
    String name = "%s: %s".formatted(finding.kind(), String.join(", ", finding.identity()));
    String result =
        judged.standing() == Standing.NEW
            ? "      <failure%s%s>%s</failure>\n"
                .formatted(
                    attribute("type", finding.kind().id()),
                    attribute("message", finding.message()),
                    Markup.escaped(String.join("\n", finding.linesWithMessage())))
            : "      <skipped%s/>\n"
                .formatted(attribute("message", judged.standing() + ": " + finding.message()));
    return "    <testcase%s>\n%s    </testcase>\n".formatted(names(report, name), result);
  }

  private static String names(CheckReport report, String name) {
    return attribute("classname", report.module())
        + attribute("name", name)
        + attribute("time", seconds(report.took()));
  }

  private static String attribute(String name, String value) {
    return " %s=\"%s\"".formatted(name, Markup.escaped(value));
  }

  private static String seconds(Duration time) {
    return BigDecimal.valueOf(time.toMillis(), 3).toPlainString();
  }
}
