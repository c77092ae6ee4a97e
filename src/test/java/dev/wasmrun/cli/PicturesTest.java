package dev.wasmrun.cli;

import static dev.wasmrun.cli.Ended.fixture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.pictures.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options for pictures, from the command line to text and files. */
@Timeout(120)
final class PicturesTest {
  private static final List<String> GLIDER =
      List.of(
          "generation 0, population 5\n\n  ▄\n ▄▄█\n\n\n",
          "generation 1, population 5\n\n\n ▀▄█\n  ▀\n\n",
          "generation 2, population 5\n\n\n ▄ █\n  ▀▀\n\n");

  private static final String RESULT = Ended.run("life.wasm", "9", "5", "2", "2").out();

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"life.wasm", "life-c.wasm"})
  void framesAreDrawnBeforeTheResult(String module) {
    for (String threads : new String[] {"1", "3", "12"}) {
      Ended ended = Ended.run(module, "9", "5", "2", "2", "--frames", "--threads", threads);
      assertEquals(String.join("", GLIDER) + RESULT, ended.out());
      assertEquals("", ended.err());
      assertEquals(0, ended.code());
    }
  }

  @Test
  void inJsonFramesArePartOfTheOutput() {
    var json = Ended.run("life.wasm", "9", "5", "2", "2", "--frames", "--json").json();
    assertTrue(json.get("output").toString().startsWith("generation 0, population 5\n"));
    assertTrue(json.get("output").toString().endsWith(RESULT));
  }

  @Test
  void onATerminalThereIsOnePictureAndNoProgressBar() {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var size = Optional.of(new TerminalSize(24, 80));
    int code =
        Main.run(
            new Console(new PrintStream(out), new PrintStream(err), size, size, false),
            "life.wasm 9 5 2 2 --frames".split(" "));
    String printed = out.toString(StandardCharsets.UTF_8);
    assertEquals(0, code);
    assertEquals(
        GLIDER.get(0) + "\033[6A" + GLIDER.get(1) + "\033[6A" + GLIDER.get(2) + RESULT,
        printed.replace("\033[K", ""));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void inJsonNothingIsDrawnOverAnythingAlsoOnATerminal() {
    var out = new ByteArrayOutputStream();
    var size = Optional.of(new TerminalSize(24, 80));
    Main.run(
        new Console(
            new PrintStream(out), new PrintStream(new ByteArrayOutputStream()), size, size, false),
        "life.wasm 9 5 2 2 --frames --json".split(" "));
    String plain = Ended.run("life.wasm", "9", "5", "2", "2", "--frames", "--json").out();
    assertEquals(plain, out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void picturesAreWrittenWhereTheyAreWanted() throws Exception {
    Path png = directory.resolve("last.png");
    Path gif = directory.resolve("all.gif");
    Ended ended =
        Ended.run(
            "life-c.wasm 9 5 2 2 --threads 2 --png=%s --gif %s".formatted(png, gif).split(" "));
    assertEquals(RESULT, ended.out());
    assertEquals(
        List.of(
            "wasm-run: wrote %s".formatted(png),
            "wasm-run: wrote %s, an animation of 3 generations".formatted(gif)),
        ended.errLines().stream().sorted(Comparator.comparing(String::length)).toList());

    assertEquals(9 * 16, ImageIO.read(png.toFile()).getHeight());
    assertEquals(3, images(gif));
  }

  @Test
  void aRunThatIsEndedLeavesAnAnimationOfWhatThereWas() throws Exception {
    Path gif = directory.resolve("all.gif");
    Path png = directory.resolve("last.png");
    Ended ended =
        Ended.run(
            "life.wasm",
            "20",
            "20",
            "1000000000",
            "--gif",
            gif.toString(),
            "--png",
            png.toString(),
            "--timeout",
            "2s");

    assertEquals(ExitCode.TIMED_OUT.code(), ended.code(), ended::toString);
    assertTrue(images(gif) > 1);
    assertFalse(Files.exists(png), "the last generation never came");
  }

  @Test
  void otherModulesHaveNoPictures() {
    for (String option : new String[] {"--frames", "--png=a.png", "--gif=a.gif"}) {
      for (String module : new String[] {"counter.wasm", "life-racy.wasm", fixture("emits")}) {
        Ended.run(module, option)
            .assertFails(
                ExitCode.USAGE,
                "wasm-run: there are pictures of life.wasm and life-c.wasm only, not of %s: leave out --frames, --png and --gif; try --help"
                    .formatted(Path.of(module).getFileName()));
      }
    }
    Ended.run("life.wasm", "--invoke", "work", "--frames")
        .assertFails(
            ExitCode.USAGE,
            "wasm-run: --invoke calls one function, of which there are no pictures; try --help");
  }

  @Test
  void aModuleThatIsCalledLifeButPlaysNoneIsTold() throws Exception {
    Path impostor = directory.resolve("life.wasm");
    Files.write(impostor, Fixtures.bytes("phases"));
    Ended ended = Ended.run(impostor.toString(), "--frames");
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code());
    assertEquals(
        "wasm-run: cannot take pictures: there is no grid for 1 threads in memory as the program life lays it out\n",
        ended.err());

    Files.write(impostor, Fixtures.bytes("own-memory"));
    assertEquals(ExitCode.USAGE.code(), Ended.run(impostor.toString(), "--frames").code());
  }

  @Test
  void aPictureThatCannotBeWrittenIsOneLineAndTheGuestDoesNotRun() {
    Path missing = directory.resolve("missing");
    for (String option : new String[] {"--png", "--gif"}) {
      Ended.run("life.wasm", option, missing + "/life")
          .assertFails(
              ExitCode.CANNOT_RUN,
              "wasm-run: cannot write the picture %s/life: there is no directory %s"
                  .formatted(missing, missing));
    }
  }

  @Test
  void aPictureThatCannotBeWrittenAfterAllIsOneLine() throws Exception {
    // A name that passes every check and then turns out to be too long.
    Path file = directory.resolve("x".repeat(300) + ".png");
    Ended ended = Ended.run("life.wasm", "5", "5", "1", "--png", file.toString());
    assertEquals(ExitCode.CANNOT_RUN.code(), ended.code());
    assertEquals("", ended.out());
    assertEquals(1, ended.errLines().size(), ended::err);
    assertTrue(ended.err().startsWith("wasm-run: cannot write the picture " + file), ended::err);
  }

  private static int images(Path gif) throws Exception {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    try (var input = ImageIO.createImageInputStream(gif.toFile())) {
      reader.setInput(input);
      return reader.getNumImages(true);
    }
  }
}
