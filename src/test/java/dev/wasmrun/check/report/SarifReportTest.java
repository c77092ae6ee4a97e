package dev.wasmrun.check.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.wasmrun.check.Finding;
import dev.wasmrun.check.report.CheckReport.Standing;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Findings in SARIF are as its schema and its readers want them. */
final class SarifReportTest {
  private static final Schema SCHEMA = schema();

  private static Schema schema() {
    try (InputStream file =
        SarifReportTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> faults(CheckReport report) throws IOException {
    return faults(SarifReport.of(report));
  }

  private static List<String> faults(Map<String, Object> log) throws IOException {
    return SCHEMA.validate(JSON.std.asString(log), InputFormat.JSON).stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void everyReportIsValid() throws IOException {
    assertEquals(List.of(), faults(Samples.report()));
    assertEquals(List.of(), faults(Samples.hostile()));
  }

  @Test
  void whatIsInvalidWouldBeNoticed() throws IOException {
    Map<String, Object> log = SarifReport.of(Samples.report());
    log.put("version", "2.0.0");
    assertFalse(faults(log).isEmpty());
  }

  @Test
  void aResultSaysWhereAndWhetherItIsNew() {
    List<Map<?, ?>> results = results(Samples.hostile());
    assertEquals(4, results.size());
    Map<?, ?> region = at(results.get(0), "locations", 0, "physicalLocation", "region");
    assertEquals(12, region.get("startLine"));
    assertEquals(7, region.get("startColumn"));
    Map<?, ?> file = at(results.get(0), "locations", 0, "physicalLocation", "artifactLocation");
    assertEquals("src/a%20b.c", file.get("uri"));
    Map<?, ?> second = at(results.get(0), "relatedLocations", 1, "physicalLocation", "region");
    assertEquals(0x1B0, second.get("byteOffset"));
    assertEquals(
        List.of("new", "new", "unchanged", "new"),
        results.stream().map(result -> result.get("baselineState")).toList());
    assertFalse(results.get(2).containsKey("suppressions"));
    assertTrue(results.get(3).containsKey("suppressions"));
    assertEquals(
        Samples.race("known").fingerprint(),
        at(results.get(2), "partialFingerprints").get("wasmRunFinding/v1"));
  }

  @Test
  void aScheduleIsAFlowForEachThreadInTheOrderOfExecution() {
    Map<?, ?> result = results(Samples.report(Samples.scheduled("work"))).get(0);
    Map<?, ?> first = at(result, "codeFlows", 0, "threadFlows", 0);
    Map<?, ?> second = at(result, "codeFlows", 0, "threadFlows", 1);
    assertEquals(List.of(0, 1, 6), order(first));
    assertEquals(List.of(2, 3, 4, 5), order(second));
    assertEquals("1", at(second, "locations", 3, "state", "0x400").get("text"));
    assertEquals("1.2>2 0.5+1>1b", at(result, "properties").get("schedule"));
  }

  @Test
  void ofWhatIsNowhereTheModuleIsNamed() {
    var exit = Samples.judged(Finding.ofExit(3), Standing.NEW);
    Map<?, ?> result = results(Samples.report(exit)).get(0);
    Map<?, ?> file = at(result, "locations", 0, "physicalLocation", "artifactLocation");
    assertEquals("a.wasm", file.get("uri"));
  }

  private static List<Object> order(Map<?, ?> flow) {
    return ((List<?>) flow.get("locations"))
        .stream().<Object>map(place -> ((Map<?, ?>) place).get("executionOrder")).toList();
  }

  private static List<Map<?, ?>> results(CheckReport report) {
    List<?> results = (List<?>) at(SarifReport.of(report), "runs", 0).get("results");
    return results.stream().<Map<?, ?>>map(result -> (Map<?, ?>) result).toList();
  }

  /** The object at the end of a path of fields and indices. */
  private static Map<?, ?> at(Object from, Object... path) {
    for (Object step : path) {
      from =
          step instanceof Integer index
              ? ((List<?>) from).get(index)
              : ((Map<?, ?>) from).get(step);
    }
    return (Map<?, ?>) from;
  }
}
