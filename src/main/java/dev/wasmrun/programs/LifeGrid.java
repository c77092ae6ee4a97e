package dev.wasmrun.programs;

import dev.wasmrun.memory.LinearMemory;
import java.util.BitSet;

/**
 * The grid of a Game of Life in linear memory: a torus of cells.
 *
 * <p>Its shape never changes after {@link #setup}. The cells of a generation may be read while
 * nobody computes the one after the next, which goes into the same buffer: between two barriers by
 * those who take part in them, by others when the threads have ended.
 */
final class LifeGrid {
  private static final int LONGEST_SIDE = 32767;

  private static final long ONES = 0x0101010101010101L;
  private static final long THREES = 0x0303030303030303L;

  private final LinearMemory memory;
  private final int rows;
  private final int columns;

  private LifeGrid(LinearMemory memory, int rows, int columns) {
    this.memory = memory;
    this.rows = rows;
    this.columns = columns;
  }

  /** The grid that has been set up in this memory, by whichever language. */
  static LifeGrid in(LinearMemory memory) {
    return new LifeGrid(memory, memory.getInt(LifeLayout.ROWS), memory.getInt(LifeLayout.COLUMNS));
  }

  /**
   * Lays out a grid without a living cell, in generation 0.
   *
   * @throws IllegalArgumentException if it does not fit into the shared block
   */
  static LifeGrid setup(LinearMemory memory, long rows, long columns) {
    if (rows > LONGEST_SIDE || columns > LONGEST_SIDE) {
      throw new IllegalArgumentException(
          "a side has at most %s cells: %s rows, %s columns"
              .formatted(LONGEST_SIDE, rows, columns));
    }
    LifeGrid grid = new LifeGrid(memory, (int) rows, (int) columns);
    long size = 2L * LifeLayout.bufferSize(grid.rows, grid.columns);
    if (size > LifeLayout.BUFFERS_SIZE) {
      throw new IllegalArgumentException(
          "the grid of %s rows and %s columns takes %s bytes, there are %s: choose a smaller one"
              .formatted(rows, columns, size, LifeLayout.BUFFERS_SIZE));
    }
    memory.setInt(LifeLayout.ROWS, grid.rows);
    memory.setInt(LifeLayout.COLUMNS, grid.columns);
    memory.fill(LifeLayout.BUFFERS, (byte) 0, (int) size);
    grid.setGeneration(0);
    return grid;
  }

  /** Whether there can be such a grid, as there is not in memory that has not been set up. */
  boolean fits() {
    return rows >= 1
        && rows <= LONGEST_SIDE
        && columns >= 1
        && columns <= LONGEST_SIDE
        && 2L * LifeLayout.bufferSize(rows, columns) <= LifeLayout.BUFFERS_SIZE;
  }

  /** How many rows there are. */
  int rows() {
    return rows;
  }

  /** How many cells a row has. */
  int columns() {
    return columns;
  }

  /** The generation that all threads have finished, from 0. */
  long generation() {
    return memory.getLongVolatile(LifeLayout.GENERATION);
  }

  /** A copy of a generation, the finished one or, between two barriers, the one before. */
  LifeFrame frame(long number) {
    var alive = new BitSet(rows * columns);
    for (int row = 0; row < rows; row++) {
      int first = cells(number, row);
      for (int column = 0; column < columns; column += Long.BYTES) {
        long eight = memory.getLong(first + column);
        int end = Math.min(Long.BYTES, columns - column);
        for (int i = 0; i < end && eight != 0; i++, eight >>>= Byte.SIZE) {
          alive.set(row * columns + column + i, (byte) eight != 0);
        }
      }
    }
    return new LifeFrame(number, rows, columns, alive);
  }

  void setGeneration(long generation) {
    memory.setLongVolatile(LifeLayout.GENERATION, generation);
  }

  /** Lets a cell of generation 0 live. */
  void bear(int row, int column) {
    int first = cells(0, row);
    memory.setByte(first + column, (byte) 1);
    if (column == 0) {
      memory.setByte(first + columns, (byte) 1);
    }
    if (column == columns - 1) {
      memory.setByte(first - 1, (byte) 1);
    }
  }

  /** The first row of this thread's band, which ends where the next thread's begins. */
  int bandBegin(int thread, int threads) {
    return (int) ((long) rows * thread / threads);
  }

  /** Computes a band of rows of the generation after this one. */
  void stepBand(long generation, int thread, int threads) throws InterruptedException {
    int end = bandBegin(thread + 1, threads);
    for (int row = bandBegin(thread, threads); row < end; row++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("life: interrupted in generation " + generation);
      }
      stepRow(
          cells(generation, row == 0 ? rows - 1 : row - 1),
          cells(generation, row),
          cells(generation, row == rows - 1 ? 0 : row + 1),
          cells(generation + 1, row));
    }
  }

  /**
   * Computes a row, eight cells at a time: a sum of eight bytes in a long is eight sums, as long as
   * none exceeds 255, and a cell has only eight neighbours.
   */
  private void stepRow(int above, int here, int below, int to) {
    for (int column = 0; column < columns; column += 8) {
      long alive = memory.getLong(here + column);
      long neighbours =
          threeOf(above + column)
              + threeOf(below + column)
              + memory.getLong(here + column - 1)
              + memory.getLong(here + column + 1);
      // Three neighbours, or two and alive: in both cases, and no other, the bits together make 3.
      long differs = (neighbours | alive) ^ THREES;
      differs |= differs >>> 2;
      differs |= differs >>> 1;
      memory.setLong(to + column, ~differs & ONES);
    }
    memory.setByte(to - 1, memory.getByte(to + columns - 1));
    memory.setByte(to + columns, memory.getByte(to));
  }

  private long threeOf(int middle) {
    return memory.getLong(middle - 1) + memory.getLong(middle) + memory.getLong(middle + 1);
  }

  private int cells(long generation, int row) {
    return LifeLayout.cells(rows, columns, generation, row);
  }
}
