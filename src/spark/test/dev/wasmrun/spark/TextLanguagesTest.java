package dev.wasmrun.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.guest.UsageException;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts and binaries of modules that compilers have built, with the allocators of their languages.
 */
@Timeout(600)
final class TextLanguagesTest {
  private static final DataType TEXT = DataTypes.StringType;
  private static final DataType BYTES = DataTypes.BinaryType;
  private static final DataType INT = DataTypes.IntegerType;

  private static void register(
      String fixture, String export, DataType returned, DataType... parameters) {
    String name = "t_" + export;
    LocalSpark.session()
        .udf()
        .register(name, WasmUdf.of(name, Fixtures.bytes(fixture), export, returned, parameters));
  }

  @ParameterizedTest
  @ValueSource(strings = {"as-texts", "as-texts-minimal", "c-texts"})
  void textsOfAllKindsPass(String fixture) {
    register(fixture, "capitals", TEXT, TEXT);
    register(fixture, "same", TEXT, TEXT);
    register(fixture, "joined", TEXT, TEXT, INT, TEXT);
    register(fixture, "reversed", BYTES, BYTES);
    assertEquals(
        List.of("[ABC,grün € 😀,x7😀,03020100,,null,null]"),
        LocalSpark.query(
            "SELECT t_capitals('abc'), t_same('grün € 😀'), t_joined('x', 7, '😀'),"
                + " hex(t_reversed(X'00010203')), hex(t_reversed(X'')), t_capitals(''),"
                + " t_same(CAST(NULL AS STRING))"));
    assertEquals(List.of("[]"), LocalSpark.query("SELECT t_same('')"));
    // Neither constant, so that they pass through a task: longer and shorter than those before.
    assertEquals(
        List.of("[0,true]", "[1,true]", "[1000000,true]", "[5000,true]"),
        LocalSpark.query(
            "SELECT n, t_same(repeat('é😀', n)) = repeat('é😀', n) FROM (SELECT explode(array(0, 1,"
                + " 1000000, 5000)) AS n FROM range(0, 1, 1, 1)) ORDER BY CAST(n AS STRING)"));
  }

  @ParameterizedTest
  @CsvSource({"as-texts, 1000002", "as-texts-minimal, 1000002", "c-texts, 2000004"})
  void lengthsAreThoseOfTheLanguage(String fixture, int expected) {
    register(fixture, "length", INT, TEXT);
    assertEquals(
        List.of("[%s]".formatted(expected)),
        LocalSpark.query(
            "SELECT t_length(concat(repeat('ä', CAST(1000000 + id AS INT)), '😀')) FROM range(0, 1,"
                + " 1, 1)"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"as-texts", "as-texts-minimal"})
  void assemblyScriptTakesANulAndSurrogates(String fixture) {
    register(fixture, "same", TEXT, TEXT);
    register(fixture, "codePoints", INT, TEXT);
    assertEquals(
        List.of("[610062,3,4]"),
        LocalSpark.query(
            "SELECT hex(t_same(concat('a', char(0), 'b'))), t_codePoints('a😀b'),"
                + " t_codePoints(concat('😀', char(0), '😀€'))"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"as-texts", "as-texts-minimal", "c-texts"})
  void amongManyRowsEachIsItsOwnAndNoMemoryIsLost(String fixture) {
    register(fixture, "joined", TEXT, TEXT, INT, TEXT);
    assertEquals(
        List.of("[200000]"),
        LocalSpark.query(
            "SELECT count(*) FROM range(0, 200000, 1, 2) WHERE t_joined(CAST(id AS STRING), 3,"
                + " repeat('x', CAST(id % 40 AS INT))) = concat(CAST(id AS STRING), '3',"
                + " repeat('x', CAST(id % 40 AS INT)))"));
    if (fixture.startsWith("as")) {
      register(fixture, "pages", INT, TEXT);
      List<String> pages = LocalSpark.query("SELECT max(t_pages('x')) FROM range(0, 8, 1, 2)");
      int most = Integer.parseInt(pages.get(0).replaceAll("\\D", ""));
      assertTrue(most <= 128, pages::toString); // all rows together need some 300 pages
    }
  }

  @Test
  void anAssemblyScriptProgramMayKeepItsArguments() {
    register("as-texts", "previous", TEXT, TEXT);
    register("as-texts", "survives", DataTypes.IntegerType, TEXT, TEXT);
    List<String> kept =
        LocalSpark.query(
            "SELECT id, t_previous(concat('text ', CAST(id AS STRING))) FROM range(0, 1000, 1, 1)");
    assertEquals(
        LongStream.range(1, 1000).mapToObj(id -> "[%s,text %s]".formatted(id, id - 1)).toList(),
        kept.subList(1, 1000));
    assertEquals(
        List.of("[50]"),
        LocalSpark.query(
            "SELECT sum(t_survives(concat('first ', CAST(id AS STRING)), concat('second ', CAST(id"
                + " AS STRING)))) FROM range(0, 50, 1, 2)"));
  }

  @Test
  void whatIsNoTextIsTold() {
    register("as-texts", "view", TEXT, TEXT);
    String message = LocalSpark.failure("SELECT t_view('x')").getMessage();
    assertTrue(message.startsWith("a result of class "), message);
    assertTrue(
        message.endsWith(" of AssemblyScript's, and not a string, which a STRING is"), message);
  }

  @Test
  void aModuleWithoutAnAllocatorIsRefused() {
    assertEquals(
        "the module exports no allocator for texts: __new, __pin, __unpin and __collect (asc"
            + " --exportRuntime), or malloc and free",
        assertThrows(UsageException.class, () -> register("udf", "endless", TEXT, TEXT))
            .getMessage());
    assertEquals(
        "length is (i32) -> (i32), which is not STRING for [STRING, INT]; a STRING or BINARY is an"
            + " i32 there",
        assertThrows(UsageException.class, () -> register("c-texts", "length", TEXT, TEXT, INT))
            .getMessage());
  }
}
