package dev.wasmrun.check.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.check.Finding;
import dev.wasmrun.check.report.CheckReport.Standing;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** The forms of a report that other programs read. */
final class ReportFormsTest {

  private static Element parsed(CheckReport report) throws Exception {
    byte[] xml = JUnitReport.of(report).getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml))
        .getDocumentElement();
  }

  @Test
  void junitHasACaseForEachFindingWhateverItsName() throws Exception {
    Element suite = (Element) parsed(Samples.hostile()).getElementsByTagName("testsuite").item(0);
    assertEquals(
        List.of("4", "2", "0", "2", "1.234"),
        List.of("tests", "failures", "errors", "skipped", "time").stream()
            .map(suite::getAttribute)
            .toList());
    assertEquals(4, suite.getElementsByTagName("testcase").getLength());
    Element failure = (Element) suite.getElementsByTagName("failure").item(0);
    assertEquals("data-race", failure.getAttribute("type"));
    assertTrue(failure.getTextContent().contains("</script><img"), failure::getTextContent);
    Element skipped = (Element) suite.getElementsByTagName("skipped").item(0);
    assertTrue(skipped.getAttribute("message").startsWith("known: "), skipped.getTextContent());
  }

  @Test
  void junitHasACaseThatPassesWhereNothingWasFound() throws Exception {
    Element suite = (Element) parsed(Samples.report()).getElementsByTagName("testsuite").item(0);
    assertEquals("1", suite.getAttribute("tests"));
    assertEquals("0", suite.getAttribute("failures"));
    assertEquals(1, suite.getElementsByTagName("testcase").getLength());
    assertEquals(0, suite.getElementsByTagName("failure").getLength());
  }

  @Test
  void anAnnotationIsALineWhateverItSays() {
    String line = Annotations.of(List.of(Samples.race("a%b:c,d\r\ne"))).get(0);
    assertEquals(1, line.lines().count());
    String message = "::error file=src/a b.c,line=12,col=7,title=data race::data race: ";
    assertTrue(line.startsWith(message + "a%25b:c,d"), line);
    assertTrue(line.contains("%0A    at a%25b:c,d%0D%0Ae (src/a b.c:12)%0A"), line);
  }

  @Test
  void ofAnAnnotationPropertiesEndAtCommaAndColon() {
    Finding finding =
        Finding.of(
            Finding.Kind.TRAP,
            "message",
            List.of(Samples.stack("t", Samples.line("f", "a,b:c%d.c", 3, ""))));
    assertEquals(
        "::error file=a%2Cb%3Ac%25d.c,line=3,col=7,title=trap::trap: message"
            + "%0A  thread t writes 4 bytes at 0x400%0A    at f (a,b:c%25d.c:3)",
        Annotations.of(List.of(finding)).get(0));
  }

  @Test
  void aFileBelowTheCurrentDirectoryIsNamedFromThere() {
    String here = Path.of("").toAbsolutePath().toString();
    assertEquals("src/a%20b%25.c", SourceFiles.uri(here + "/src/a b%.c"));
    assertEquals("file:///elsewhere/%C3%A9.c", SourceFiles.uri("/elsewhere/é.c"));
    assertEquals("../up.c", SourceFiles.uri("../up.c"));
  }

  @Test
  void onlyWhatCountsIsNews() {
    CheckReport report = Samples.hostile();
    assertEquals(2, report.news().size());
    assertEquals(3, report.worthKnowing().size());
    assertEquals(
        Standing.SUPPRESSED, report.findings().get(report.findings().size() - 1).standing());
  }
}
