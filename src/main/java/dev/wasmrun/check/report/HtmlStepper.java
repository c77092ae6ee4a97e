package dev.wasmrun.check.report;

import static dev.wasmrun.check.report.Markup.escaped;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.schedule.Interleaving;
import dev.wasmrun.check.schedule.Interleaving.Step;
import java.util.List;

/**
 * The steps of a run as a table to walk through: a row for each, a column for each thread. Steps of
 * a thread in a C library, one after another, are a group that can be folded.
 */
final class HtmlStepper {
  private final int number;
  private final Interleaving interleaving;
  private final StringBuilder html = new StringBuilder();
  private int folds;

  /**
   * Creates the table.
   *
   * @param number of the finding, for names that are unique in the page
   */
  HtmlStepper(int number, Interleaving interleaving) {
    this.number = number;
    this.interleaving = interleaving;
  }

  String html() {
    add("<div class=\"stepper\">\n");
    controls();
    add("<div class=\"steps\">\n<table role=\"grid\" aria-label=\"Steps of the threads\">\n");
    head();
    rows();
    add("</table>\n</div>\n");
    panel();
    add("</div>\n");
    return html.toString();
  }

  private void add(String format, Object... values) {
    html.append(values.length == 0 ? format : format.formatted(values));
  }

  private void controls() {
    add("<div class=\"controls\" role=\"toolbar\" aria-label=\"Steps\">\n");
    button("switch-back", "◀◀", "Previous switch of threads (left arrow)");
    button("back", "◀", "Previous step (up arrow)");
    button("forward", "▶", "Next step (down arrow)");
    button("switch-forward", "▶▶", "Next switch of threads (right arrow)");
    add("<label><input type=\"checkbox\" class=\"unfold\"> Steps of the library</label>\n</div>\n");
  }

  private void button(String move, String sign, String label) {
    add(
        "<button type=\"button\" data-move=\"%s\" aria-label=\"%s\" title=\"%s\">%s</button>\n",
        move, label, label, sign);
  }

  private void head() {
    add("<thead><tr><th scope=\"col\">step</th>");
    for (String thread : interleaving.threads()) {
      add("<th scope=\"col\" title=\"%s\">%s</th>", escaped(thread), escaped(role(thread)));
    }
    add("</tr></thead>\n");
  }

  /** What stands after the module's name: all threads of a run have that in common. */
  private static String role(String thread) {
    return thread.substring(thread.lastIndexOf('#') + 1);
  }

  private void rows() {
    if (interleaving.omitted() > 0) {
      add(
          "<tbody><tr class=\"omitted\"><td colspan=\"%s\">%s earlier steps are left out</td></tr>"
              + "</tbody>\n",
          interleaving.threads().size() + 1, interleaving.omitted());
    }
    List<Step> steps = interleaving.steps();
    for (int from = 0; from < steps.size(); ) {
      int to = from + 1;
      while (to < steps.size() && belongTogether(steps.get(from), steps.get(to))) {
        to++;
      }
      group(steps.subList(from, to));
      from = to;
    }
  }

  private static boolean belongTogether(Step one, Step other) {
    return isInLibrary(one) == isInLibrary(other)
        && (!isInLibrary(one) || one.thread() == other.thread());
  }

  private static boolean isInLibrary(Step step) {
    return !step.frames().isEmpty() && Finding.isInLibrary(step.frames().get(0));
  }

  private void group(List<Step> steps) {
    Step first = steps.get(0);
    if (isInLibrary(first)) {
      folds++;
      String id = "fold-%s-%s".formatted(number, folds);
      add(
          "<tbody class=\"fold\"><tr><th></th>%s<td><button type=\"button\" aria-expanded=\"true\""
              + " aria-controls=\"%s\">%s in %s</button></td></tr></tbody>\n",
          "<td></td>".repeat(first.thread()),
          id,
          steps.size() == 1 ? "1 step" : steps.size() + " steps",
          escaped(first.frames().get(0).function()));
      add("<tbody class=\"library\" id=\"%s\">\n", id);
    } else {
      add("<tbody>\n");
    }
    steps.forEach(this::row);
    add("</tbody>\n");
  }

  private void row(Step step) {
    add(
        "<tr tabindex=\"-1\" aria-selected=\"false\" data-thread=\"%s\" data-functions=\"%s\"",
        step.thread(), escaped(String.join("\n", step.functions())));
    step.word()
        .ifPresent(
            word ->
                add(
                    " data-address=\"0x%s\" data-value=\"%s\"",
                    Integer.toHexString(word.address()), word.value()));
    add(
        "><th scope=\"row\">%s</th>%s<td>%s</td></tr>\n",
        step.number(), "<td></td>".repeat(step.thread()), escaped(step.what()));
  }

  private void panel() {
    add(
        "<div class=\"panel\" aria-live=\"polite\">\n<p class=\"now\"></p>\n"
            + "<ol class=\"functions\" aria-label=\"Functions, the innermost first\"></ol>\n"
            + "<table class=\"memory\"><caption>Memory after this step</caption><tbody></tbody>"
            + "</table>\n</div>\n");
  }
}
