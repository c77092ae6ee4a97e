package dev.wasmrun.check.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Browser;
import dev.wasmrun.BrowserTab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of a check, in a browser. */
@Timeout(120)
final class HtmlReportTest {
  private static final String CURRENT =
      "[...document.querySelectorAll('tr[aria-selected=true]')]"
          + ".map((row) => row.cells[0].textContent).join()";

  @TempDir private Path directory;

  private BrowserTab open(Browser browser, CheckReport report) throws Exception {
    Path page = Files.writeString(directory.resolve("report.html"), HtmlReport.of(report));
    return browser.open(page.toUri());
  }

  @Test
  void whatAGuestCallsThingsIsText() throws Exception {
    try (var browser = Browser.start();
        var tab = open(browser, Samples.hostile())) {
      assertEquals("0", tab.evaluate("document.images.length"));
      assertEquals("1", tab.evaluate("document.scripts.length"));
      assertEquals("0", tab.evaluate("performance.getEntriesByType('resource').length"));
      String shown = Samples.HOSTILE.replaceAll("[\\x01\\x7F\\uD800\\uFFFE]", "\uFFFD");
      String text = tab.evaluate("document.querySelector('#finding-1 .stack code').textContent");
      assertEquals(shown + " (src/a b.c:12)", text);
      assertEquals(List.of(), tab.complaints());
    }
  }

  @Test
  void keysWalkThroughTheSteps() throws Exception {
    try (var browser = Browser.start();
        var tab = open(browser, Samples.report(Samples.scheduled("work")))) {
      assertEquals("6", tab.evaluate(CURRENT));
      focus(tab, "tr");
      tab.press("Home");
      assertEquals("0", tab.evaluate(CURRENT));
      tab.press("ArrowDown");
      assertEquals("1", tab.evaluate(CURRENT));
      tab.press("ArrowRight");
      assertEquals("2", tab.evaluate(CURRENT));
      tab.press("ArrowDown"); // over those in the library
      assertEquals("5", tab.evaluate(CURRENT));
      assertEquals(
          "step 5: worker store 0x400 := 1|work,main|0x400,1",
          tab.evaluate(
              """
              [
                document.querySelector('.now').textContent,
                [...document.querySelectorAll('.functions li')].map((item) => item.textContent),
                [...document.querySelectorAll('.memory td')].map((cell) => cell.textContent),
              ].join('|')
              """));
      tab.press("ArrowLeft");
      assertEquals("2", tab.evaluate(CURRENT));
      tab.press("ArrowUp");
      assertEquals("1", tab.evaluate(CURRENT));
      tab.press("End");
      assertEquals("6", tab.evaluate(CURRENT));
      assertEquals("TR", tab.evaluate("document.activeElement.tagName"));
      assertNotEquals(
          "none", tab.evaluate("getComputedStyle(document.activeElement).outlineStyle"));
      assertEquals(List.of(), tab.complaints());
    }
  }

  /** Presses Tab until an element of that selector has the focus. */
  private static void focus(BrowserTab tab, String selector) throws Exception {
    int most = Integer.parseInt(tab.evaluate("document.querySelectorAll('*').length"));
    for (int i = 0; i < most; i++) {
      if (tab.evaluate("document.activeElement.matches('%s')".formatted(selector)).equals("true")) {
        return;
      }
      tab.press("Tab");
    }
    throw new AssertionError("Tab does not lead to " + selector);
  }

  @Test
  void stepsOfTheLibraryAreUnfoldedByAKey() throws Exception {
    String shown =
        "[...document.querySelectorAll('.steps tr[tabindex]')].filter((row) => row.offsetHeight > 0).length";
    try (var browser = Browser.start();
        var tab = open(browser, Samples.report(Samples.scheduled("work")))) {
      assertEquals("5", tab.evaluate(shown));
      focus(tab, ".fold button");
      assertEquals("2 steps in __lock", tab.evaluate("document.activeElement.textContent"));
      assertEquals("false", tab.evaluate("document.activeElement.getAttribute('aria-expanded')"));
      tab.press("Enter");
      assertEquals("7", tab.evaluate(shown));
      assertEquals("true", tab.evaluate("document.activeElement.getAttribute('aria-expanded')"));
      focus(tab, ".unfold");
      tab.press(" ");
      tab.press(" ");
      assertEquals("5", tab.evaluate(shown));
    }
  }

  @Test
  void theReplayStringIsCopied() throws Exception {
    try (var browser = Browser.start();
        var tab = open(browser, Samples.report(Samples.scheduled("work")))) {
      tab.call(
          "Browser.grantPermissions",
          Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
      focus(tab, ".copy");
      tab.press("Enter");
      assertEquals(
          "copied",
          tab.evaluate(
              """
              new Promise((resolve) => {
                const status = document.querySelector('[role=status]');
                const look = () => status.textContent && resolve(status.textContent);
                new MutationObserver(look).observe(status, { childList: true });
                look();
              })
              """));
      assertEquals("--replay '1.2>2 0.5+1>1b'", tab.evaluate("getSelection().toString()"));
    }
  }

  @Test
  void itIsLightOrDarkAsTheReaderLikes() throws Exception {
    String paper = "getComputedStyle(document.body).backgroundColor";
    try (var browser = Browser.start();
        var tab = open(browser, Samples.hostile())) {
      for (var scheme :
          Map.of("light", "rgb(255, 255, 255)", "dark", "rgb(17, 17, 17)").entrySet()) {
        tab.call(
            "Emulation.setEmulatedMedia",
            Map.of(
                "features",
                List.of(Map.of("name", "prefers-color-scheme", "value", scheme.getKey()))));
        assertEquals(scheme.getValue(), tab.evaluate(paper));
      }
    }
  }

  /** Whoever reads a page without scripts, or by its structure, misses nothing. */
  @Test
  void everythingHasANameAndARole() throws Exception {
    try (var browser = Browser.start();
        var tab = open(browser, Samples.hostile())) {
      assertEquals(
          "",
          tab.evaluate(
              """
              [...document.querySelectorAll('button, input, nav, [role]')]
                .filter((one) => !one.matches('[role=status]'))
                .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim()
                  || one.labels?.length))
                .map((one) => one.outerHTML).join()
              """));
      assertEquals(
          "true",
          tab.evaluate(
              """
              [...document.querySelectorAll('[aria-controls], [aria-labelledby], [for], nav a')]
                .every((one) => document.getElementById(one.getAttribute('aria-controls')
                  ?? one.getAttribute('aria-labelledby') ?? one.getAttribute('for')
                  ?? one.hash.slice(1)))
              """));
      assertEquals(
          "true",
          tab.evaluate(
              "new Set([...document.querySelectorAll('[id]')].map((one) => one.id)).size"
                  + " === document.querySelectorAll('[id]').length"));
    }
  }

  @Test
  void thePageRefersToNothingElsewhere() {
    String page = HtmlReport.of(Samples.hostile());
    assertTrue(page.contains("default-src 'none'; style-src 'sha256-"), page);
    assertFalse(page.contains("unsafe"), page);
    assertFalse(page.matches("(?s).*(src|href)\\s*=\\s*[\"']?(https?:|//).*"), page);
  }
}
