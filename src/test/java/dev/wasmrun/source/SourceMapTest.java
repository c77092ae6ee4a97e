package dev.wasmrun.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class SourceMapTest {
  /** At 16: work.ts, line 1, column 1; at 20 line 3, column 5; at 24 none; at 32 other.ts:1:1. */
  private static final String MAP =
      """
      {"version":3,"sources":["work.ts","other.ts"],"names":["a"],
       "sourcesContent":["one\\ntwo\\n  three();\\n",null],"x":{"y":[1]},
       "mappings":"gBAAA,IAEI,I,QCFJ,;AAAA"}
      """;

  private static SourceMap map(String json) {
    return SourceMap.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String at(DebugInformation map, int offset, int begin) {
    List<ActiveScope> scopes = map.scopesAt(offset, begin);
    return scopes.isEmpty()
        ? ""
        : "%s:%s:%s"
            .formatted(
                scopes.get(0).place().file(),
                scopes.get(0).place().line(),
                scopes.get(0).place().column());
  }

  @Test
  void aMappingReachesUntilTheNextOne() {
    SourceMap map = map(MAP);
    assertEquals("", at(map, 15, 0));
    assertEquals("work.ts:1:1", at(map, 16, 0));
    assertEquals("work.ts:1:1", at(map, 19, 0));
    assertEquals("work.ts:3:5", at(map, 20, 0));
    assertEquals("", at(map, 24, 0));
    assertEquals("other.ts:1:1", at(map, 32, 0));
    assertEquals("other.ts:1:1", at(map, 1000, 0));
  }

  @Test
  void aMappingOfAnotherFunctionIsNone() {
    assertEquals("", at(map(MAP), 19, 17));
    assertEquals("work.ts:1:1", at(map(MAP), 19, 16));
  }

  @Test
  void aLineThatKeepsScriptsFromIncludingItIsPassedOver() {
    assertEquals("work.ts:1:1", at(map(")]}'\n" + MAP), 16, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"version\":2}",
        "{\"version\":\"3\"}",
        "{\"version\":3,\"sources\":[",
        "{\"version\":3,\"mappings\":\"g\"}",
        "{\"version\":3,\"mappings\":\"ggggggggggggggA\"}",
        "{\"version\":3,\"mappings\":\"!\"}",
        "{\"version\":3,\"mappings\":\"gBAAA,DAAA\"}",
        "not json"
      })
  void whatIsNoSourceMapIsRefused(String json) {
    assertThrows(BadDebugInformation.class, () -> map(json));
  }

  private static SourceLines named(String address, Optional<Path> file) {
    byte[] name = address.getBytes(StandardCharsets.UTF_8);
    byte[] section = new byte[name.length + 2];
    section[0] = (byte) (name.length & 0x7F | 0x80);
    section[1] = (byte) (name.length >> 7);
    System.arraycopy(name, 0, section, 2, name.length);
    return new SourceLines(Map.of("sourceMappingURL", () -> section), 8, file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"./work.wasm.map", "http://localhost:8000/work.wasm.map"})
  void theMapIsBesideTheModule(String address, @TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("work.wasm.map"), MAP);
    SourceLines lines = named(address, Optional.of(directory.resolve("work.wasm")));
    assertEquals(
        List.of(new SourceFrame("f", 21, "work.ts", 3, 5, false, "three();")),
        lines.frames("f", 0, 21));
  }

  @Test
  void theMapMayBeTheAddress() {
    String encoded = Base64.getEncoder().encodeToString(MAP.getBytes(StandardCharsets.UTF_8));
    SourceLines lines = named("data:application/json;base64," + encoded, Optional.empty());
    assertEquals("f (work.ts:3)", lines.frames("f", 0, 21).get(0).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gone.map", "data:application/json;base64,?", "data:", "\0", ""})
  void aMapThatIsNotThereIsAProblemAndNoFailure(String address, @TempDir Path directory) {
    SourceLines lines = named(address, Optional.of(directory.resolve("work.wasm")));
    assertEquals(List.of(new SourceFrame("f", 21)), lines.frames("f", 0, 21));
    assertTrue(lines.problem().isPresent());
  }
}
