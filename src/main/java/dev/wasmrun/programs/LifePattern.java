package dev.wasmrun.programs;

import java.util.List;

/** A figure that a Game of Life may begin with, by the number that stands for it as an argument. */
enum LifePattern {
  /** Three cells of eight, chosen by the seed. */
  RANDOM(1),
  /** The smallest figure that moves. */
  GLIDER(2, ".O.", "..O", "OOO"),
  /** Gosper's gun, which sends out a glider every 30 generations. */
  GUN(
      3,
      "........................O...........",
      "......................O.O...........",
      "............OO......OO............OO",
      "...........O...O....OO............OO",
      "OO........O.....O...OO..............",
      "OO........O...O.OO....O.O...........",
      "..........O.....O.......O...........",
      "...........O...O....................",
      "............OO......................"),
  /** Five cells that keep changing for 1103 generations. */
  R_PENTOMINO(4, ".OO", "OO.", ".O.");

  private final long number;
  private final List<String> rows;

  LifePattern(long number, String... rows) {
    this.number = number;
    this.rows = List.of(rows);
  }

  /**
   * The pattern of this number.
   *
   * @throws IllegalArgumentException if there is none
   */
  static LifePattern of(long number) {
    for (LifePattern pattern : values()) {
      if (pattern.number == number) {
        return pattern;
      }
    }
    throw new IllegalArgumentException(
        "pattern is 1 random, 2 glider, 3 Gosper gun or 4 R-pentomino, not " + number);
  }

  /** Lets the pattern's cells live in generation 0 of a grid that is empty. */
  void draw(LifeGrid grid, long seed) {
    if (this == RANDOM) {
      drawRandom(grid, seed);
    } else {
      drawFigure(grid);
    }
  }

  private static void drawRandom(LifeGrid grid, long seed) {
    for (int row = 0; row < grid.rows(); row++) {
      for (int column = 0; column < grid.columns(); column++) {
        long index = (long) row * grid.columns() + column;
        if ((Mix64.randomAt(seed, index) & 7) < 3) {
          grid.bear(row, column);
        }
      }
    }
  }

  /** Draws in the middle of the grid; in a smaller one the cells wrap around. */
  private void drawFigure(LifeGrid grid) {
    int width = rows.get(0).length();
    int top = Math.max(0, (grid.rows() - rows.size()) / 2);
    int left = Math.max(0, (grid.columns() - width) / 2);
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < width; column++) {
        if (rows.get(row).charAt(column) == 'O') {
          grid.bear((top + row) % grid.rows(), (left + column) % grid.columns());
        }
      }
    }
  }
}
