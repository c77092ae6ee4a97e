package dev.wasmrun.pictures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.programs.LifeFrame;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PNG and GIF, read back as other programs would. */
class FileAlbumsTest {
  private static final LifeFrame FIRST = Frames.of(0, ".O.", "..O");
  private static final LifeFrame SECOND = Frames.of(1, "O..", "...");
  private static final LifeFrame THIRD = Frames.of(2, "OOO", "OOO");

  @TempDir private Path directory;

  @Test
  void aPngIsOfTheLastGeneration() throws Exception {
    Path file = directory.resolve("life.png");
    try (var album = new PngAlbum(file)) {
      assertFalse(album.wants(false));
      assertTrue(album.wants(true));
      album.add(SECOND, true);
    }

    assertShows(SECOND, ImageIO.read(file.toFile()));
  }

  @Test
  void aNameWithRoomForNumbersIsThatOfManyFiles() throws Exception {
    try (var album = new PngAlbum(directory.resolve("100%-{generation}.png"))) {
      assertTrue(album.wants(false));
      album.add(FIRST, false);
      album.add(SECOND, true);
    }

    assertEquals(List.of("100%-00000.png", "100%-00001.png"), files());
    assertShows(FIRST, ImageIO.read(directory.resolve("100%-00000.png").toFile()));
    assertShows(SECOND, ImageIO.read(directory.resolve("100%-00001.png").toFile()));
  }

  @Test
  void aGifShowsAllGenerationsTwentyASecondAndBeginsAnew() throws Exception {
    Path file = directory.resolve("life.gif");
    try (var album = new GifAlbum(file)) {
      album.add(FIRST, false);
      album.add(SECOND, false);
      album.add(THIRD, true);
    }

    ImageReader gif = reader(file);
    assertEquals(3, gif.getNumImages(true));
    assertShows(FIRST, gif.read(0));
    assertShows(SECOND, gif.read(1));
    assertShows(THIRD, gif.read(2));
    for (int i = 0; i < 3; i++) {
      IIOMetadataNode root = metadata(gif, i);
      var control = (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
      assertEquals("5", control.getAttribute("delayTime"));
    }
    var loop =
        (IIOMetadataNode) metadata(gif, 0).getElementsByTagName("ApplicationExtension").item(0);
    assertEquals("NETSCAPE", loop.getAttribute("applicationID"));
    assertArrayEquals(new byte[] {1, 0, 0}, (byte[]) loop.getUserObject());
  }

  @Test
  void aGifThatEndsEarlyIsOneOfTheGenerationsThatThereWere() throws Exception {
    Path file = directory.resolve("life.gif");
    try (var album = new GifAlbum(file)) {
      album.add(FIRST, false);
      album.add(SECOND, false);
    }

    assertEquals(2, reader(file).getNumImages(true));
  }

  @Test
  void aShorterGifLeavesNothingOfTheFileThatWasThere() throws Exception {
    Path file = directory.resolve("life.gif");
    Files.write(file, new byte[100_000]);
    try (var album = new GifAlbum(file)) {
      album.add(FIRST, true);
    }

    assertTrue(Files.size(file) < 1000, () -> file.toFile().length() + " bytes");
  }

  @Test
  void withoutAGenerationNoFileIsTouched() throws Exception {
    Path there = Files.writeString(directory.resolve("there.gif"), "not ours");
    new GifAlbum(there).close();
    new GifAlbum(directory.resolve("new.gif")).close();
    new PngAlbum(directory.resolve("new.png")).close();

    assertEquals(List.of("there.gif"), files());
    assertEquals("not ours", Files.readString(there));
  }

  @Test
  void aCellOfASmallGridIsManyPixelsAndOfALargeOneOne() {
    assertEquals(16, Pixels.cellSize(1, 1));
    assertEquals(16, Pixels.cellSize(32, 10));
    assertEquals(2, Pixels.cellSize(256, 256));
    assertEquals(1, Pixels.cellSize(257, 2));
    assertEquals(1, Pixels.cellSize(60, 32_767));
  }

  @Test
  void theLargestGridsHavePictures() throws Exception {
    LifeFrame wide = Frames.dot(60, 32_767, 59, 32_766);
    Path png = directory.resolve("wide.png");
    Path gif = directory.resolve("wide.gif");
    try (var first = new PngAlbum(png);
        var second = new GifAlbum(gif)) {
      first.add(wide, true);
      second.add(wide, true);
    }

    for (Path file : List.of(png, gif)) {
      BufferedImage image = ImageIO.read(file.toFile());
      assertEquals(32_767, image.getWidth());
      assertEquals(60, image.getHeight());
      assertTrue(image.getRGB(32_766, 59) != image.getRGB(0, 0), file::toString);
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsRefusedBeforeTheRun() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    Path missing = directory.resolve("missing");
    assertEquals(
        "cannot write the picture %s: it is a directory; name a file".formatted(directory),
        assertThrows(PictureException.class, () -> new PngAlbum(directory)).getMessage());
    assertEquals(
        "cannot write the picture %s/a.gif: there is no directory %s".formatted(missing, missing),
        assertThrows(PictureException.class, () -> new GifAlbum(missing.resolve("a.gif")))
            .getMessage());
    assertEquals(
        "cannot write the picture %s/a.png: there is no directory %s".formatted(file, file),
        assertThrows(PictureException.class, () -> new PngAlbum(file.resolve("a.png")))
            .getMessage());
  }

  @Test
  void aFileThatCannotBeWrittenAnyMoreIsToldInOneLine() throws Exception {
    Path gone = Files.createDirectory(directory.resolve("gone"));
    var png = new PngAlbum(gone.resolve("a.png"));
    var gif = new GifAlbum(gone.resolve("a.gif"));
    Files.delete(gone);

    for (Album album : List.of(png, gif)) {
      String message =
          assertThrows(PictureException.class, () -> album.add(FIRST, true)).getMessage();
      assertTrue(message.startsWith("cannot write the picture " + gone), message);
      assertEquals(1, message.lines().count());
      album.close();
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Checks the pixels of each cell, of 16 by 16 pixels. */
  private static void assertShows(LifeFrame frame, BufferedImage image) {
    assertEquals(16 * frame.columns(), image.getWidth());
    assertEquals(16 * frame.rows(), image.getHeight());
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int expected = frame.isAlive(y / 16, x / 16) ? 0xff1f3a5f : 0xfffbf7ee;
        assertEquals(expected, image.getRGB(x, y), x + ", " + y);
      }
    }
  }

  private static ImageReader reader(Path gif) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    ImageInputStream input = ImageIO.createImageInputStream(gif.toFile());
    reader.setInput(input);
    return reader;
  }

  private static IIOMetadataNode metadata(ImageReader gif, int index) throws IOException {
    var metadata = gif.getImageMetadata(index);
    return (IIOMetadataNode) metadata.getAsTree(metadata.getNativeMetadataFormatName());
  }
}
