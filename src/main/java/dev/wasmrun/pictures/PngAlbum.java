package dev.wasmrun.pictures;

import dev.wasmrun.programs.LifeFrame;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * PNG files: one of the last generation or, where the name leaves room for numbers, one of each.
 */
public final class PngAlbum implements Album {
  /** What stands in a name for the number of the generation. */
  private static final String GENERATION = "{generation}";

  private static final String NUMBER = "%05d";

  private final Path name;

  /**
   * Creates an album.
   *
   * @param name the file or, with {@code {generation}} in it, the pattern of many files' names
   * @throws PictureException if no such file can be written
   */
  public PngAlbum(Path name) {
    this.name = name;
    PictureException.check(fileOf(0));
  }

  @Override
  public boolean wants(boolean last) {
    return last || name.toString().contains(GENERATION);
  }

  @Override
  public void add(LifeFrame frame, boolean last) {
    write(frame, fileOf(frame.generation()));
  }

  /** Leading zeros have the files' names in the order of the generations. */
  private Path fileOf(long generation) {
    return Path.of(
        name.toString().replace(GENERATION, String.format(Locale.ROOT, NUMBER, generation)));
  }

  private static void write(LifeFrame frame, Path file) {
    // No channel: an interrupt, which ends a run, would close it in the middle of a picture.
    try (var bytes = new FileOutputStream(file.toFile());
        var image = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(Pixels.of(frame), "png", image)) {
        throw new IOException("this Java has no writer for PNG");
      }
    } catch (IOException e) {
      throw PictureException.of(file, e);
    }
  }
}
