package dev.wasmrun.pictures;

import dev.wasmrun.programs.LifeFrame;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.FileImageOutputStream;

/**
 * An animated GIF of all generations, which begins anew when it has come to its end.
 *
 * <p>Generations are written as they come. A run that ends early leaves an animation of those that
 * there were.
 */
public final class GifAlbum implements Album {
  private static final String HUNDREDTHS_PER_PICTURE = "5";

  private final Path file;

  /** Null until the first generation comes: a run that never begins must not destroy a file. */
  private FileImageOutputStream output;

  private ImageWriter writer;

  /**
   * Creates an album.
   *
   * @throws PictureException if the file cannot be written
   */
  public GifAlbum(Path file) {
    this.file = file;
    PictureException.check(file);
  }

  @Override
  public void add(LifeFrame frame, boolean last) {
    try {
      boolean first = output == null;
      if (first) {
        begin();
      }
      BufferedImage image = Pixels.of(frame);
      writer.writeToSequence(new IIOImage(image, null, metadata(image, first)), null);
    } catch (IOException e) {
      throw PictureException.of(file, e);
    }
  }

  @Override
  public void close() {
    if (output == null) {
      return;
    }
    try (var closing = output) {
      writer.endWriteSequence();
      closing.flush();
    } catch (IOException e) {
      throw PictureException.of(file, e);
    } finally {
      writer.dispose();
      output = null;
    }
  }

  private void begin() throws IOException {
    // No channel: an interrupt, which ends a run, would close it in the middle of a picture.
    var written = new RandomAccessFile(file.toFile(), "rw");
    try {
      written.setLength(0);
    } catch (IOException e) {
      written.close();
      throw e;
    }
    output = new FileImageOutputStream(written);
    writer = ImageIO.getImageWritersByFormatName("gif").next();
    writer.setOutput(output);
    writer.prepareWriteSequence(null);
  }

  private IIOMetadata metadata(BufferedImage image, boolean first) throws IOException {
    // With the image's own colours: createFromRenderedImage assumes black and white of two colours.
    IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
    String format = metadata.getNativeMetadataFormatName();
    var root = (IIOMetadataNode) metadata.getAsTree(format);
    var control = (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
    control.setAttribute("delayTime", HUNDREDTHS_PER_PICTURE);
    control.setAttribute("disposalMethod", "none");
    if (first) {
      root.appendChild(endlessly());
    }
    metadata.setFromTree(format, root);
    return metadata;
  }

  /** The extension that says how often the animation is shown: 0 times is for ever. */
  private static IIOMetadataNode endlessly() {
    var extension = new IIOMetadataNode("ApplicationExtension");
    extension.setAttribute("applicationID", "NETSCAPE");
    extension.setAttribute("authenticationCode", "2.0");
    extension.setUserObject(new byte[] {1, 0, 0});
    var extensions = new IIOMetadataNode("ApplicationExtensions");
    extensions.appendChild(extension);
    return extensions;
  }
}
