package dev.wasmrun.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fixtures are wasm-src/fixtures/lines, the listings what llvm-symbolizer says of them. */
@Timeout(60)
final class SourceLinesTest {
  private static SourceLines lines(String fixture) {
    return DebugSections.of(Fixtures.bytes(fixture)).lines(Optional.empty());
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = SourceLinesTest.class.getResourceAsStream("/listings/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String inWords(List<SourceFrame> frames) {
    return frames.stream()
        .map(frame -> frame.function() + "@" + frame.place())
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lines4", "lines5"})
  void everyInstructionHasTheFramesThatAnotherReaderFinds(String fixture) throws IOException {
    SourceLines lines = lines(fixture);
    List<String> expected = resource(fixture + ".txt").lines().toList();
    assertTrue(expected.size() > 50, "the listing is too short");
    for (String line : expected) {
      String offset = line.substring(0, line.indexOf(' '));
      String outermost = line.substring(line.lastIndexOf(' ') + 1, line.lastIndexOf('@'));
      List<SourceFrame> frames = lines.frames(outermost, 0, Integer.decode(offset));
      assertEquals(line, offset + " " + inWords(frames));
    }
    assertEquals(Optional.empty(), lines.problem());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lines4", "lines5"})
  void allFramesButTheLastAreInlined(String fixture) {
    List<SourceFrame> frames = lines(fixture).frames("divide", 0, 0xe7);
    assertEquals(List.of(true, true, false), frames.stream().map(SourceFrame::inlined).toList());
    assertEquals("share (lines.h:3, inlined)", frames.get(0).toString());
    assertEquals("divide (lines.c:21)", frames.get(2).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lines4", "lines5"})
  void anAddressIsThatOfAVariableAsFarAsThatReaches(String fixture) {
    SourceLines lines = lines(fixture);
    assertEquals("divide::calls (lines.c:18)", variable(lines, 1024));
    assertEquals("divide::calls+3 (lines.c:18)", variable(lines, 1027));
    assertEquals("ring (lines.c:10)", variable(lines, 1028));
    assertEquals("ring+67 (lines.c:10)", variable(lines, 1095));
    assertEquals("totals+31 (lines.c:11)", variable(lines, 1104 + 31));
    assertEquals("", variable(lines, 1104 + 32));
    assertEquals("", variable(lines, 0));
    assertEquals("", variable(lines, -1));
  }

  private static String variable(SourceLines lines, int address) {
    return lines.variableAt(address).map(found -> found.at(address)).orElse("");
  }

  @Test
  void nothingIsKnownOfPlacesThatAreNotThere() {
    SourceLines lines = lines("lines4");
    for (int offset : new int[] {-1, 0, 1, 0x4000, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertEquals(List.of(new SourceFrame("f", offset)), lines.frames("f", 0, offset));
    }
    assertEquals(Optional.empty(), lines.problem());
  }

  @Test
  void aModuleWithoutDebugInformationHasNone() {
    SourceLines lines = lines("traps");
    assertFalse(lines.present());
    assertEquals(List.of(new SourceFrame("f", 0x40)), lines.frames("f", 0, 0x40));
    assertEquals(Optional.empty(), lines.problem());
  }

  @Test
  void debugInformationMayBeInAFileBesideTheModule(@TempDir Path directory) throws IOException {
    Files.write(directory.resolve("lines.debug.wasm"), Fixtures.bytes("lines4"));
    byte[] name = "lines.debug.wasm".getBytes(StandardCharsets.UTF_8);
    var lines = external(directory, name);
    assertEquals("share (lines.h:3, inlined)", lines.frames("divide", 0, 0xe7).get(0).toString());
  }

  @Test
  void aFileThatIsNotThereIsNamed(@TempDir Path directory) {
    var lines = external(directory, "gone.wasm".getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of(new SourceFrame("divide", 0xe7)), lines.frames("divide", 0, 0xe7));
    assertEquals(Optional.of("there is no file gone.wasm"), lines.problem());
  }

  private static SourceLines external(Path directory, byte[] name) {
    byte[] section = new byte[name.length + 1];
    section[0] = (byte) name.length;
    System.arraycopy(name, 0, section, 1, name.length);
    int codeStart = DebugSections.of(Fixtures.bytes("lines4")).codeStart();
    return new SourceLines(
        Map.of("external_debug_info", () -> section),
        codeStart,
        Optional.of(directory.resolve("lines.wasm")));
  }

  @Test
  void theLineItselfIsReadFromAFileBesideTheModule(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("lines.h"), "one\ntwo\n   if (value > 1000) {  \n");
    SourceLines lines =
        DebugSections.of(Fixtures.bytes("lines4"))
            .lines(Optional.of(directory.resolve("lines.wasm")));
    List<SourceFrame> frames = lines.frames("divide", 0, 0xe7);
    assertEquals("if (value > 1000) {", frames.get(0).text());
    assertEquals("", frames.get(2).text());
  }

  @Test
  void onlyFilesOfSourceCodeAreRead(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("secret.txt"), "secret\n");
    Files.writeString(directory.resolve("work.c"), "work\n");
    var texts = new SourceTexts(Optional.of(directory), file -> Optional.empty());
    assertEquals("work", texts.at(new SourcePlace("work.c", "work.c", 1, 0)));
    assertEquals("", texts.at(new SourcePlace("work.c", "work.c", 2, 0)));
    assertEquals("", texts.at(new SourcePlace("secret.txt", "secret.txt", 1, 0)));
    assertEquals("", texts.at(new SourcePlace("/dev/zero.c", "zero.c", 1, 0)));
  }

  @Test
  void aVersionThatNobodyKnowsIsAProblemAndNoFailure() {
    DebugSections sections = DebugSections.of(Fixtures.bytes("lines4"));
    sections.byName().get(".debug_info")[4] = 9;
    SourceLines lines = sections.lines(Optional.empty());
    assertEquals(List.of(new SourceFrame("f", 0xe7)), lines.frames("f", 0, 0xe7));
    assertEquals(Optional.of("it is of DWARF version 9"), lines.problem());
  }
}
