package dev.wasmrun.check.report;

import static dev.wasmrun.check.report.Markup.escaped;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.Finding.Stack;
import dev.wasmrun.check.report.CheckReport.Judged;
import dev.wasmrun.check.schedule.Exploration;
import dev.wasmrun.source.SourceFrame;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * A check as one page of HTML that needs nothing else: its style and its script are in it, and its
 * policy lets a browser load and run nothing but these two.
 */
public final class HtmlReport {
  private final CheckReport report;
  private final StringBuilder html = new StringBuilder();

  private HtmlReport(CheckReport report) {
    this.report = report;
  }

  /** The whole page. */
  public static String of(CheckReport report) {
    return new HtmlReport(report).page();
  }

  private String page() {
    String style = resource("report.css");
    String script = resource("report.js");
    add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    add(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
            + " '%s'; script-src '%s'; img-src data:; base-uri 'none'; form-action 'none'\">\n",
        hash(style), hash(script));
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    add(
        "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n");
    add("<title>%s: %s</title>\n", escaped(report.module()), escaped(count()));
    html.append("<style>").append(style).append("</style>\n</head>\n<body>\n");
    header();
    add("<main>\n");
    for (int i = 0; i < report.findings().size(); i++) {
      finding(i + 1, report.findings().get(i));
    }
    add("</main>\n");
    html.append("<script>").append(script).append("</script>\n</body>\n</html>\n");
    return html.toString();
  }

  private void add(String format, Object... values) {
    html.append(values.length == 0 ? format : format.formatted(values));
  }

  private String count() {
    int news = report.news().size();
    int others = report.findings().size() - news;
    String found = news == 0 ? "nothing found" : news == 1 ? "1 finding" : news + " findings";
    return others == 0 ? found : "%s, %s known or suppressed".formatted(found, others);
  }

  private void header() {
    add(
        "<header>\n<h1>%s</h1>\n<p class=\"count\">%s</p>\n",
        escaped(report.module()), escaped(count()));
    add("<p><code>%s</code></p>\n", escaped(report.command()));
    report.summary().forEach(line -> add("<p>%s</p>\n", escaped(line)));
    add(
        "<p class=\"small\">exit code %s, wasm-run %s</p>\n</header>\n",
        report.exitCode(), escaped(report.version()));
    if (report.findings().size() > 1) {
      add("<nav aria-label=\"Findings\">\n<ol>\n");
      for (int i = 0; i < report.findings().size(); i++) {
        add(
            "<li><a href=\"#finding-%s\">%s</a></li>\n",
            i + 1, escaped(report.findings().get(i).finding().title()));
      }
      add("</ol>\n</nav>\n");
    }
  }

  private void finding(int number, Judged judged) {
    Finding finding = judged.finding();
    add(
        "<section class=\"finding\" id=\"finding-%s\" aria-labelledby=\"title-%s\">\n",
        number, number);
    add(
        "<h2 id=\"title-%s\">%s <span class=\"standing %s\">%s</span></h2>\n",
        number, escaped(finding.title()), judged.standing(), judged.standing());
    add("<p>%s</p>\n", escaped(finding.message()));
    backtraces(finding.stacks());
    judged.failure().ifPresent(failure -> schedule(number, failure));
    add(
        "<p class=\"small\">%s, fingerprint <code>%s</code></p>\n</section>\n",
        escaped(finding.kind().description()), finding.fingerprint());
  }

  private void backtraces(List<Stack> stacks) {
    add("<div class=\"stacks\">\n");
    stacks.stream().filter(stack -> !stack.frames().isEmpty()).forEach(this::backtrace);
    add("</div>\n");
    stacks.stream()
        .filter(stack -> stack.frames().isEmpty())
        .forEach(note -> add("<p class=\"note\">%s</p>\n", escaped(note.what())));
  }

  private void backtrace(Stack stack) {
    add("<div class=\"stack\">\n<h3>%s</h3>\n<ol>\n", escaped(stack.what().strip()));
    for (SourceFrame frame : stack.frames()) {
      add(
          "<li%s><code>%s</code>",
          Finding.isInLibrary(frame) ? " class=\"library\"" : "", escaped(frame.located()));
      if (!frame.text().isEmpty()) {
        add("<pre><span class=\"line\">%s</span> %s</pre>", frame.line(), escaped(frame.text()));
      }
      add("</li>\n");
    }
    add("</ol>\n</div>\n");
  }

  private void schedule(int number, Exploration.Failure failure) {
    String words = "--replay '%s'".formatted(failure.schedule());
    add(
        "<div class=\"replay\">\n<label for=\"replay-%s\">To run it again</label>\n"
            + "<input id=\"replay-%s\" readonly value=\"%s\">\n"
            + "<button type=\"button\" class=\"copy\" data-from=\"replay-%s\">Copy</button>\n"
            + "<span role=\"status\"></span>\n</div>\n",
        number, number, escaped(words), number);
    html.append(new HtmlStepper(number, failure.interleaving()).html());
  }

  /** What a policy calls a style or a script that may be used. */
  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream("/check/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
