package dev.wasmrun.pictures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.programs.LifeFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalAlbumTest {
  private static final String CLEAR = "\033[K";

  private final List<String> shown = new ArrayList<>();

  @Test
  void twoRowsMakeALineOfHalfBlocks() throws Exception {
    plain(Frames.of(0, "O.O.", "OO..", "...O"));

    assertEquals(List.of("generation 0, population 5\n█▄▀\n   ▀\n"), shown);
  }

  @Test
  void withoutATerminalOnePictureFollowsTheOther() throws Exception {
    plain(Frames.of(7, "O"), Frames.of(8, "."));

    assertEquals(
        List.of("generation 7, population 1\n▀\n", "generation 8, population 0\n\n"), shown);
  }

  @Test
  void onATerminalOnePictureIsDrawnOverTheOther() throws Exception {
    var album = new TerminalAlbum(shown::add, Optional.of(new TerminalSize(24, 80)));
    album.add(Frames.of(0, "O.", "..", ".O"), false);
    album.add(Frames.of(1, "..", "..", ".."), true);

    assertEquals(
        List.of(
            "generation 0, population 2" + CLEAR + "\n▀" + CLEAR + "\n ▀" + CLEAR + "\n",
            "\033[3Ageneration 1, population 0" + (CLEAR + "\n").repeat(3)),
        shown);
  }

  @Test
  void ofALargeGridTheMiddleIsShown() throws Exception {
    plain(Frames.dot(100, 200, 49, 100));

    List<String> lines = shown.get(0).lines().toList();
    assertEquals(
        "generation 0, population 1, the middle 48 of 100 rows, 80 of 200 columns", lines.get(0));
    assertEquals(1 + 24, lines.size());
    // Row 49 is the row 49 - 26 of what is shown, column 100 its column 100 - 60.
    assertEquals(" ".repeat(40) + "▄", lines.get(1 + 11));
  }

  @Test
  void nothingIsWiderOrHigherThanTheWindow() throws Exception {
    var album = new TerminalAlbum(shown::add, Optional.of(new TerminalSize(5, 10)));
    album.add(full(30, 30), true);

    List<String> lines = shown.get(0).replace(CLEAR, "").lines().toList();
    assertEquals(List.of("generation", "█".repeat(10), "█".repeat(10), "█".repeat(10)), lines);
  }

  @Test
  void aSmallGridIsShownWholeWhereItJustFits() throws Exception {
    plain(full(48, 80));

    List<String> lines = shown.get(0).lines().toList();
    assertEquals("generation 0, population 3840", lines.get(0));
    assertEquals(25, lines.size());
    assertTrue(lines.stream().skip(1).allMatch("█".repeat(80)::equals));
  }

  @Test
  void aThreadThatIsInterruptedDoesNotFinishThePace() throws Exception {
    var album = new TerminalAlbum(shown::add, Optional.of(new TerminalSize(24, 80)));
    album.add(Frames.of(0, "O"), false);
    Thread.currentThread().interrupt();

    assertThrows(InterruptedException.class, () -> album.add(Frames.of(1, "O"), true));
    assertEquals(1, shown.size());
  }

  @ParameterizedTest
  @CsvSource({"24 80, 24, 80", "0 0, 24, 80", "unknown, 24, 80", "1 0, 3, 1", "50 132, 50, 132"})
  void theSizeIsWhatTheTerminalTells(String text, int lines, int columns) {
    assertEquals(Optional.of(new TerminalSize(lines, columns)), TerminalSize.parse(text));
  }

  @Test
  void noTextIsNoTerminal() {
    assertEquals(Optional.empty(), TerminalSize.parse(""));
    assertEquals(Optional.empty(), TerminalSize.parse(null));
  }

  private static LifeFrame full(int rows, int columns) {
    String[] cells = new String[rows];
    Arrays.fill(cells, "O".repeat(columns));
    return Frames.of(0, cells);
  }

  private void plain(LifeFrame... frames) throws InterruptedException {
    try (var album = new TerminalAlbum(shown::add, Optional.empty())) {
      for (LifeFrame frame : frames) {
        album.add(frame, frame == frames[frames.length - 1]);
      }
    }
  }
}
