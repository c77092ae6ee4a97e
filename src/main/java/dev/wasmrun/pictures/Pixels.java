package dev.wasmrun.pictures;

import dev.wasmrun.programs.LifeFrame;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.util.Arrays;

/** A generation as an image of two colours, a square for each cell. */
final class Pixels {
  /** The longer side of a small grid's picture, roughly; a cell has at least one pixel. */
  private static final int LONGER_SIDE = 512;

  private static final int LARGEST_CELL = 16;

  private static final IndexColorModel COLORS =
      new IndexColorModel(
          1,
          2,
          new byte[] {(byte) 0xfb, 0x1f},
          new byte[] {(byte) 0xf7, 0x3a},
          new byte[] {(byte) 0xee, 0x5f});

  private Pixels() {}

  /** The image of a frame; index 1 of its colours is a living cell. */
  static BufferedImage of(LifeFrame frame) {
    int cell = cellSize(frame.rows(), frame.columns());
    var image =
        new BufferedImage(
            frame.columns() * cell, frame.rows() * cell, BufferedImage.TYPE_BYTE_BINARY, COLORS);
    WritableRaster raster = image.getRaster();
    int[] alive = new int[cell * cell];
    Arrays.fill(alive, 1);
    for (int row = 0; row < frame.rows(); row++) {
      for (int column = 0; column < frame.columns(); column++) {
        if (frame.isAlive(row, column)) {
          raster.setPixels(column * cell, row * cell, cell, cell, alive);
        }
      }
    }
    return image;
  }

  /** How many pixels wide and high a cell is. */
  static int cellSize(int rows, int columns) {
    return Math.max(1, Math.min(LARGEST_CELL, LONGER_SIDE / Math.max(rows, columns)));
  }
}
