package dev.wasmrun.pictures;

import dev.wasmrun.programs.LifeFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture of cells in characters that are two cells high.
 *
 * @param rows how many rows of cells it shows
 * @param columns how many cells of each
 * @param lines the text, without blanks at the ends of lines
 */
record HalfBlocks(int rows, int columns, List<String> lines) {
  /** Indexed by the upper cell, 2 if it lives, plus the lower one, 1 if it lives. */
  private static final String BLOCKS = " ▄▀█";

  /** The picture of a frame or, if it has more rows or columns than this, of its middle. */
  static HalfBlocks of(LifeFrame frame, int mostColumns, int mostRows) {
    int rows = Math.min(frame.rows(), mostRows);
    int columns = Math.min(frame.columns(), mostColumns);
    int top = (frame.rows() - rows) / 2;
    int left = (frame.columns() - columns) / 2;
    var lines = new ArrayList<String>();
    for (int row = 0; row < rows; row += 2) {
      var line = new StringBuilder();
      for (int column = left; column < left + columns; column++) {
        int upper = frame.isAlive(top + row, column) ? 2 : 0;
        int lower = row + 1 < rows && frame.isAlive(top + row + 1, column) ? 1 : 0;
        line.append(BLOCKS.charAt(upper + lower));
      }
      lines.add(line.toString().stripTrailing());
    }
    return new HalfBlocks(rows, columns, List.copyOf(lines));
  }
}
