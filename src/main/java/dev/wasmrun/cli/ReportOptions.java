package dev.wasmrun.cli;

import dev.wasmrun.check.report.Annotations;
import dev.wasmrun.check.report.Baseline;
import dev.wasmrun.check.report.CheckReport;
import dev.wasmrun.check.report.HtmlReport;
import dev.wasmrun.check.report.JUnitReport;
import dev.wasmrun.check.report.SarifReport;
import dev.wasmrun.check.report.SuppressionList;
import dev.wasmrun.check.report.Triage;
import dev.wasmrun.guest.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The options by which findings go to files, and by which some of them do not count. */
final class ReportOptions {
  private static final Path STANDARD_OUTPUT = Path.of("-");

  private final CommandSpec spec;
  private final Setting<Path> html;
  private final Setting<Path> sarif;
  private final Setting<Path> junit;
  private final Setting<Boolean> github;
  private final Setting<Path> suppressions;
  private final Setting<Path> baseline;
  private final Setting<Path> writeBaseline;

  private final List<Form> forms = new ArrayList<>();
  private Baseline known = Baseline.EMPTY;
  private Triage triage;

  /** A file that is asked for, and what goes there; the file is null for standard output. */
  private record Form(OutputFile file, Function<CheckReport, String> content) {}

  /** Adds the options to a command. */
  ReportOptions(CommandSpec spec) {
    this.spec = spec;
    html = file("--html", "Write a page there that shows the findings; - is standard output.");
    sarif = file("--sarif", "Write the findings there in SARIF 2.1.0.");
    junit = file("--junit", "Write the findings there as test cases in JUnit's XML.");
    github =
        Setting.flag(
            spec, "--github", "Print the findings as annotations for GitHub's workflows, too.");
    suppressions =
        file("--suppressions", "Findings that do not count: in each line a kind and a function.");
    baseline = file("--baseline", "Findings that are known, and do not count.");
    writeBaseline =
        file("--write-baseline", "Write the findings there that are known from now on.");
  }

  private Setting<Path> file(String name, String description) {
    return Setting.option(
        spec, Path.class, Path::of, Setting.option(name, description).paramLabel("FILE"));
  }

  /**
   * Reads what is known and sees that all files can be written, before anything is run.
   *
   * @throws UsageException if a file cannot be read or written, or has a malformed line
   * @throws ParameterException if the options do not make sense together
   */
  void prepare() {
    if (baseline.present()) {
      known = Baseline.of(baseline.get(), lines("--baseline", baseline.get()));
    }
    SuppressionList suppressed =
        suppressions.present()
            ? SuppressionList.of(suppressions.get(), lines("--suppressions", suppressions.get()))
            : SuppressionList.NONE;
    triage = new Triage(suppressed, known);
    add("--html", "the page", html, HtmlReport::of);
    add("--sarif", "the findings", sarif, report -> Console.toJson(SarifReport.of(report)) + "\n");
    add("--junit", "the findings", junit, JUnitReport::of);
    add("--write-baseline", "the baseline", writeBaseline, this::newBaseline);
    if (forms.stream().filter(form -> form.file() == null).count() > 1) {
      throw usage("two reports cannot both go to standard output; name a file for one of them");
    }
  }

  private String newBaseline(CheckReport report) {
    return known.with(report.worthKnowing()).text();
  }

  private void add(
      String option, String what, Setting<Path> file, Function<CheckReport, String> content) {
    if (file.present()) {
      boolean standard = file.get().equals(STANDARD_OUTPUT);
      forms.add(new Form(standard ? null : new OutputFile(option, what, file.get()), content));
    }
  }

  private static List<String> lines(String option, Path file) {
    try {
      return Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new UsageException("%s %s: there is no such file".formatted(option, file));
    } catch (IOException e) {
      throw new UsageException("%s %s: it is no file of UTF-8 text".formatted(option, file));
    }
  }

  /**
   * Refuses to mix a report with other results.
   *
   * @throws ParameterException if both are to go to standard output
   */
  void refuseBeside(String option) {
    if (takesStandardOutput()) {
      throw usage(
          "%s prints to standard output, too; name a file for the report".formatted(option));
    }
  }

  /** Whether standard output is for a report alone. */
  private boolean takesStandardOutput() {
    return forms.stream().anyMatch(form -> form.file() == null);
  }

  /** Where all else is printed. */
  Console console(Console console) {
    return takesStandardOutput()
        ? new Console(
            console.err(), console.err(), console.errSize(), console.errSize(), console.colored())
        : console;
  }

  /** What is news, by the files that say what is not. */
  Triage triage() {
    return triage;
  }

  /** Whether there is a baseline. */
  boolean compares() {
    return baseline.present();
  }

  /**
   * Writes all that is asked for, and says which suppressions were of no use.
   *
   * @param console where the command prints what it prints without a report
   * @return whether all could be written; if not, it has been said why
   */
  boolean write(CheckReport report, Console console) {
    if (github.get()) {
      Annotations.of(report.news()).forEach(console.err()::println);
      console.err().flush();
    }
    triage.unused().forEach(console::say);
    boolean written = true;
    for (Form form : forms) {
      byte[] bytes = form.content().apply(report).getBytes(StandardCharsets.UTF_8);
      if (form.file() == null) {
        console.out().write(bytes, 0, bytes.length);
        console.out().flush();
      } else {
        written &= form.file().write(out -> out.write(bytes), console);
      }
    }
    return written;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
