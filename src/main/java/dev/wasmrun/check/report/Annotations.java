package dev.wasmrun.check.report;

import dev.wasmrun.check.Finding;
import dev.wasmrun.source.SourceFrame;
import java.util.List;

/**
 * Findings as commands of a GitHub workflow, which shows them beside the lines they are about: a
 * line each, such as {@code ::error file=queue.c,line=12,title=data race::message}.
 */
public final class Annotations {
  private Annotations() {}

  /** A line for each finding. */
  public static List<String> of(List<Finding> findings) {
    return findings.stream().map(Annotations::of).toList();
  }

  private static String of(Finding finding) {
    var command = new StringBuilder("::error ");
    SourceFiles.shown(finding)
        .filter(SourceFrame::hasLine)
        .ifPresent(
            source -> {
              add(command, "file", SourceFiles.relative(source.file()));
              add(command, "line", Integer.toString(source.line()));
              if (source.column() > 0) {
                add(command, "col", Integer.toString(source.column()));
              }
            });
    return command
        .append("title=")
        .append(property(finding.kind().toString()))
        .append("::")
        .append(data(String.join("\n", finding.linesWithMessage())))
        .toString();
  }

  private static void add(StringBuilder command, String name, String value) {
    command.append(name).append('=').append(property(value)).append(',');
  }

  /** The text of a command ends with its line. */
  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  /** A value ends at a comma, and all of them at a colon. */
  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
